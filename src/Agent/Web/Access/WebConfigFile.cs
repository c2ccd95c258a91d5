using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Agent.Config;

namespace Agent.Web.Access;

/// <summary>A web-config file, read whole or not at all.</summary>
/// <param name="Config">What it says.</param>
/// <param name="Tls">What a handshake needs; null without TLS.</param>
/// <param name="Content">What the file and those it names hold, as one hash: another one is a change.</param>
internal sealed record WebConfigFile(WebConfig Config, SslServerAuthenticationOptions? Tls, string Content)
{
    /// <summary>Reads and checks it; tells all problems at once.</summary>
    public static (WebConfigFile? File, IReadOnlyList<string> Problems) Read(string path)
    {
        var (text, unreadable) = ConfigFile.Read(path, mustExist: true);
        if (unreadable is not null)
        {
            return (null, [unreadable]);
        }

        var (settings, problems) = YamlSettings.Read(path, text, WebConfigKeys.Table);
        var config = new WebConfig();
        List<string> found =
        [
            .. problems,
            .. from setting in settings
               let problem = WebConfigKeys.Table.Apply(config, setting)
               where problem is not null
               select $"{setting.Origin}: {setting.Path}: {problem}",
        ];
        Root(config.Tls, Path.GetDirectoryName(Path.GetFullPath(path))!);
        found.AddRange(Rules(config).Select(problem => $"{path}: {problem}"));
        if (found.Count > 0)
        {
            return (null, found);
        }

        try
        {
            return (new WebConfigFile(config, config.Tls.Any ? TlsOptions.Of(config) : null, Hash(path, config)), []);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException)
        {
            return (null, [$"{path}: tls_server_config: {failure.Message}"]);
        }
    }

    /// <summary>The hash of what the files hold now; null where one cannot be read.</summary>
    public string? ContentNow(string path)
    {
        try
        {
            return Hash(path, Config);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Hash(string path, WebConfig config)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in config.Tls.Files.Prepend(path))
        {
            hash.AppendData(File.ReadAllBytes(file));
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{file}\0"));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Paths are relative to the file's folder, as with the exporters.</summary>
    private static void Root(TlsFiles tls, string folder)
    {
        tls.CertFile = Rooted(tls.CertFile);
        tls.KeyFile = Rooted(tls.KeyFile);
        tls.ClientCaFile = Rooted(tls.ClientCaFile);

        string Rooted(string file) => file.Length == 0 ? "" : Path.Combine(folder, file);
    }

    private static IEnumerable<string> Rules(WebConfig config)
    {
        var tls = config.Tls;
        if (tls.CertFile.Length > 0 && tls.Cert.Length > 0)
        {
            yield return "tls_server_config: give cert_file or cert, not both";
        }

        if (tls.KeyFile.Length > 0 && tls.Key.Length > 0)
        {
            yield return "tls_server_config: give key_file or key, not both";
        }

        if (tls.ClientCaFile.Length > 0 && tls.ClientCa.Length > 0)
        {
            yield return "tls_server_config: give client_ca_file or client_ca, not both";
        }

        var (hasCert, hasKey, hasCa) = (tls.CertFile.Length + tls.Cert.Length > 0, tls.KeyFile.Length + tls.Key.Length > 0, tls.ClientCaFile.Length + tls.ClientCa.Length > 0);
        if (hasCert != hasKey)
        {
            yield return $"tls_server_config: {(hasCert ? "key_file" : "cert_file")} is missing";
        }

        if (!hasCert && !hasKey && (hasCa || tls.ClientAuth != ClientAuth.NoClientCert))
        {
            yield return "tls_server_config: cert_file and key_file are missing"; // else clients would be let in unasked
        }

        var verifies = tls.ClientAuth is ClientAuth.VerifyClientCertIfGiven or ClientAuth.RequireAndVerifyClientCert;
        if (verifies != hasCa)
        {
            yield return hasCa
                ? "tls_server_config: client_ca_file is given, and client_auth_type does not verify: write RequireAndVerifyClientCert"
                : $"tls_server_config: client_ca_file is missing: {tls.ClientAuth} needs one";
        }

        if (tls.ClientAllowedSans.Count > 0 && !verifies)
        {
            yield return "tls_server_config: client_allowed_sans needs client_auth_type RequireAndVerifyClientCert";
        }

        if (tls.MinVersion > tls.MaxVersion)
        {
            yield return "tls_server_config: min_version is above max_version";
        }

        if (config.RateInterval > TimeSpan.Zero && config.RateBurst == 0)
        {
            yield return "rate_limit: burst is missing: with 0 nothing would be answered";
        }
    }
}
