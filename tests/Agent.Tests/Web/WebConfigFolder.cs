using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Agent.Tests.Web;

/// <summary>A folder with a web-config file, a certificate for 127.0.0.1 and its key, an authority of clients and a client's certificate.</summary>
internal sealed class WebConfigFolder : IDisposable
{
    /// <summary>A user, the password, and its bcrypt hash at the lowest cost.</summary>
    public const string User = "prometheus", Password = "correct horse";

    public const string Tls = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-web-");
    private readonly X509Certificate2 _authority;

    public WebConfigFolder(string text)
    {
        _authority = Authority("joulet test authority");
        Client = Issue(_authority, "scraper");
        Stranger = Issue(Authority("another authority"), "scraper");
        File.WriteAllText(PathOf("clients.crt"), _authority.ExportCertificatePem());
        WriteServerCertificate();
        Write(text);
    }

    public static string Users => $"basic_auth_users:\n  {User}: {BCrypt.Net.BCrypt.HashPassword(Password, 4)}\n";

    public string ConfigFile => PathOf("web.yml");

    /// <summary>One that its authority signed.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>One that another authority signed.</summary>
    public X509Certificate2 Stranger { get; }

    /// <summary>The thumbprint of the server's certificate, as it is in the folder now.</summary>
    public string Thumbprint { get; private set; } = "";

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Write(string text) => File.WriteAllText(ConfigFile, text);

    /// <summary>Puts a new certificate and key into the folder.</summary>
    public void WriteServerCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=joulet test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        File.WriteAllText(PathOf("server.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("server.key"), key.ExportPkcs8PrivateKeyPem());
        Thumbprint = certificate.Thumbprint;
    }

    /// <summary>A client that trusts the certificate that is in the folder now, and no other.</summary>
    public HttpClient Connect(string? password = null, X509Certificate2? certificate = null, string user = User)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == Thumbprint;
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
        if (password is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }

        return client;
    }

    public void Dispose()
    {
        Client.Dispose();
        Stranger.Dispose();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private static X509Certificate2 Authority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"{name}.example");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100), [1, 2, 3]);
        return signed.CopyWithPrivateKey(key);
    }
}
