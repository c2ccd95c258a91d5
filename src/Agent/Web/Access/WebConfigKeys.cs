using System.Text.RegularExpressions;
using Agent.Config;
using static Agent.Config.ConfigValue;
using Key = Agent.Config.ConfigKey<Agent.Web.Access.WebConfig>;

namespace Agent.Web.Access;

/// <summary>Every key of the web-config file.</summary>
internal static partial class WebConfigKeys
{
    /// <summary>The headers that the exporters' format knows.</summary>
    private static readonly string[] Headers =
        ["Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "X-XSS-Protection", "Strict-Transport-Security"];

    public static KeyTable<WebConfig> Table { get; } = new(
    [
        Key.Of("tls_server_config.cert_file", "", Text, (config, value) => config.Tls.CertFile = value),
        Key.Of("tls_server_config.key_file", "", Text, (config, value) => config.Tls.KeyFile = value),
        Key.Of("tls_server_config.cert", "", Pem, (config, value) => config.Tls.Cert = value),
        Key.Of("tls_server_config.key", "", Pem, (config, value) => config.Tls.Key = value),
        Key.Of("tls_server_config.client_ca_file", "", Text, (config, value) => config.Tls.ClientCaFile = value),
        Key.Of("tls_server_config.client_ca", "", Pem, (config, value) => config.Tls.ClientCa = value),
        Key.Of("tls_server_config.client_auth_type", nameof(ClientAuth.NoClientCert), Auth, (config, value) => config.Tls.ClientAuth = value),
        new("tls_server_config.client_allowed_sans.#", "", (config, place, text) => Entry(config.Tls.ClientAllowedSans, place, text)),
        Key.Of("tls_server_config.min_version", "TLS12", Version, (config, value) => config.Tls.MinVersion = value),
        Key.Of("tls_server_config.max_version", "TLS13", Version, (config, value) => config.Tls.MaxVersion = value),
        new("tls_server_config.cipher_suites.#", "", (config, place, text) =>
            TlsOptions.Suite(text) is null ? $"'{text}' is no cipher suite, such as TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" : Entry(config.Tls.CipherSuites, place, text)),
        Key.Of("tls_server_config.prefer_server_cipher_suites", "true", YesOrNo, (_, _) => { }), // the format has it; Go ignores it, too
        new("tls_server_config.curve_preferences.#", "", (_, _, _) => "joulet leaves the choice of curves to OpenSSL: leave this key out"),
        Key.Of("http_server_config.http2", "true", YesOrNo, (config, value) => config.Http2 = value),
        new("http_server_config.headers.*", "", Header),
        new("basic_auth_users.*", "", User),
        Key.Of("rate_limit.interval", "0s", text => Duration(text, TimeSpan.Zero, TimeSpan.FromHours(1)), (config, value) => config.RateInterval = value),
        Key.Of("rate_limit.burst", "0", text => Whole(text, 0, 1_000_000), (config, value) => config.RateBurst = value),
    ]);

    private static string? Entry(SortedDictionary<int, string> list, string place, string text)
    {
        list[int.Parse(place, System.Globalization.CultureInfo.InvariantCulture)] = text;
        return text.Length > 0 ? null : "is empty";
    }

    private static string? Header(WebConfig config, string name, string text)
    {
        if (!Headers.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return $"is none of {string.Join(", ", Headers)}";
        }

        config.Headers[name] = text;
        return text.All(letter => letter is >= ' ' and < '\x7f') ? null : "is no value of a header";
    }

    /// <summary>The hash is not repeated in what is said of it.</summary>
    private static string? User(WebConfig config, string user, string hash)
    {
        config.Users[user] = hash;
        return user.Contains(':', StringComparison.Ordinal) ? "a user's name cannot hold a colon"
            : Bcrypt.IsMatch(hash) ? null
            : "is no bcrypt hash: make one with htpasswd -nBC 10 \"\"";
    }

    private static (string Value, string? Problem) Pem(string text) =>
        (text, text.Contains("-----BEGIN ", StringComparison.Ordinal) ? null : "is no PEM text");

    private static (ClientAuth Value, string? Problem) Auth(string text) => Enum.GetNames<ClientAuth>().Contains(text)
        ? (Enum.Parse<ClientAuth>(text), null)
        : (default, $"'{text}' is none of {string.Join(", ", Enum.GetNames<ClientAuth>())}");

    private static (int Value, string? Problem) Version(string text) => text switch
    {
        "TLS12" => (12, null),
        "TLS13" => (13, null),
        "TLS10" or "TLS11" => (default, $"{text} is not safe, and current OpenSSL refuses it: write TLS12 or TLS13"),
        _ => (default, $"'{text}' is none of TLS12, TLS13"),
    };

    private static (bool Value, string? Problem) YesOrNo(string text) => text switch
    {
        "true" => (true, null),
        "false" => (false, null),
        _ => (default, $"'{text}' is none of true, false"),
    };

    [GeneratedRegex(@"^\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Bcrypt { get; }
}
