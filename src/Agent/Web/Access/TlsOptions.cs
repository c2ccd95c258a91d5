using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Web.Access;

/// <summary>Makes of the keys of <c>tls_server_config</c> what a handshake needs.</summary>
internal static class TlsOptions
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Those of TLS 1.3 are always on, as in Go, whose names the format has.</summary>
    private static readonly TlsCipherSuite[] Always =
        [TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];

    /// <summary>Null where that is no suite's name.</summary>
    public static TlsCipherSuite? Suite(string name) =>
        Enum.TryParse<TlsCipherSuite>(name.EndsWith("_POLY1305", StringComparison.Ordinal) ? $"{name}_SHA256" : name, out var suite) && !char.IsAsciiDigit(name[0])
            ? suite
            : null;

    /// <summary>Reads certificates and keys.</summary>
    /// <exception cref="CryptographicException">A file holds none, or they do not belong together.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static SslServerAuthenticationOptions Of(WebConfig config)
    {
        var tls = config.Tls;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Certificate(tls),
#pragma warning disable CA5397, CA5398 // the file names the versions that are let in
            EnabledSslProtocols = (tls.MinVersion <= 12 ? SslProtocols.Tls12 : SslProtocols.None) | (tls.MaxVersion >= 13 ? SslProtocols.Tls13 : SslProtocols.None),
#pragma warning restore CA5397, CA5398
            ApplicationProtocols = config.Http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
            ClientCertificateRequired = tls.ClientAuth != ClientAuth.NoClientCert,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (tls.CipherSuites.Count > 0)
        {
            options.CipherSuitesPolicy = new CipherSuitesPolicy([.. tls.CipherSuites.Values.Select(name => Suite(name)!.Value), .. Always]);
        }

        var authorities = Authorities(tls);
        var names = tls.ClientAllowedSans.Values.ToHashSet(StringComparer.Ordinal);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => tls.ClientAuth switch
        {
            ClientAuth.NoClientCert or ClientAuth.RequestClientCert => true,
            ClientAuth.RequireAnyClientCert => certificate is not null,
            ClientAuth.VerifyClientCertIfGiven when certificate is null => true,
            _ => certificate is X509Certificate2 given && IsTrusted(given, chain, authorities) && (names.Count == 0 || names.Overlaps(SubjectNames.Of(given))),
        };
        return options;
    }

    /// <summary>The first certificate is the server's, the others lead to its authority.</summary>
    private static SslStreamCertificateContext Certificate(TlsFiles tls)
    {
        var chain = new X509Certificate2Collection();
        var text = tls.CertFile.Length > 0 ? File.ReadAllText(tls.CertFile) : tls.Cert;
        chain.ImportFromPem(text);
        var leaf = X509Certificate2.CreateFromPem(text, tls.KeyFile.Length > 0 ? File.ReadAllText(tls.KeyFile) : tls.Key);
        return SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
    }

    private static X509Certificate2Collection Authorities(TlsFiles tls)
    {
        var authorities = new X509Certificate2Collection();
        if (tls.ClientCaFile.Length + tls.ClientCa.Length > 0)
        {
            authorities.ImportFromPem(tls.ClientCaFile.Length > 0 ? File.ReadAllText(tls.ClientCaFile) : tls.ClientCa);
        }

        return authorities;
    }

    private static bool IsTrusted(X509Certificate2 certificate, X509Chain? sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate);
    }
}
