using Agent.Web.Access;

namespace Agent.Tests.Web;

public sealed class WebConfigFileTests
{
    [Theory]
    [InlineData("tls_server_config:\n  cert_file: server.crt\n", "tls_server_config: key_file is missing")]
    [InlineData("tls_server_config:\n  cert_file: none.crt\n  key_file: server.key\n", "tls_server_config: Could not find file")]
    [InlineData("tls_server_config:\n  cert_file: server.key\n  key_file: server.key\n", "tls_server_config: ")]
    [InlineData("tls_server_config:\n  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: clients.crt\n", "cert_file and key_file are missing")]
    [InlineData(WebConfigFolder.Tls + "  client_ca_file: clients.crt\n", "client_auth_type does not verify: write RequireAndVerifyClientCert")]
    [InlineData(WebConfigFolder.Tls + "  client_auth_type: RequireAndVerifyClientCert\n", "client_ca_file is missing: RequireAndVerifyClientCert needs one")]
    [InlineData(WebConfigFolder.Tls + "  client_allowed_sans: [a]\n", "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert")]
    [InlineData(WebConfigFolder.Tls + "  min_version: TLS10\n", "web.yml:4: tls_server_config.min_version: TLS10 is not safe, and current OpenSSL refuses it: write TLS12 or TLS13")]
    [InlineData(WebConfigFolder.Tls + "  min_version: TLS13\n  max_version: TLS12\n", "min_version is above max_version")]
    [InlineData(WebConfigFolder.Tls + "  cipher_suites: [RC4]\n", "web.yml:4: tls_server_config.cipher_suites.0: 'RC4' is no cipher suite")]
    [InlineData(WebConfigFolder.Tls + "  curve_preferences: [X25519]\n", "joulet leaves the choice of curves to OpenSSL: leave this key out")]
    [InlineData(WebConfigFolder.Tls + "  cert: |\n    -----BEGIN CERTIFICATE-----\n", "give cert_file or cert, not both")]
    [InlineData("http_server_config:\n  headers:\n    X-Powered-By: joulet\n", "web.yml:3: http_server_config.headers.X-Powered-By: is none of Content-Security-Policy")]
    [InlineData("http_server_config:\n  http2: maybe\n", "'maybe' is none of true, false")]
    [InlineData("basic_auth_users:\n  a: secret\n", "web.yml:2: basic_auth_users.a: is no bcrypt hash: make one with htpasswd -nBC 10 \"\"")]
    [InlineData("basic_auth_user:\n  a: b\n", "basic_auth_user: there is no such key")]
    [InlineData("rate_limit:\n  interval: 1s\n", "rate_limit: burst is missing: with 0 nothing would be answered")]
    [InlineData("- a\n", "web.yml:1: must hold keys and values")]
    public void What_cannot_be_used_is_told_with_its_place_and_reason(string text, string problem)
    {
        using var folder = new WebConfigFolder(text);
        var (file, problems) = WebConfigFile.Read(folder.ConfigFile);

        Assert.Null(file);
        Assert.Contains(problems, told => told.Contains(problem, StringComparison.Ordinal));
        Assert.All(problems, told => Assert.DoesNotContain("secret", told, StringComparison.Ordinal));
    }

    [Fact]
    public void All_of_the_exporters_format_is_read()
    {
        using var folder = new WebConfigFolder($"""
            tls_server_config:
              cert_file: server.crt
              key_file: server.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: clients.crt
              client_allowed_sans: [scraper.example, 10.0.0.1]
              min_version: TLS12
              max_version: TLS13
              cipher_suites: [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: true
            http_server_config:
              http2: true
              headers:
                Strict-Transport-Security: max-age=31536000
            {WebConfigFolder.Users}
            rate_limit:
              interval: 100ms
              burst: 20
            """);
        var (file, problems) = WebConfigFile.Read(folder.ConfigFile);

        Assert.Empty(problems);
        Assert.NotNull(file?.Tls);
        Assert.Equal([WebConfigFolder.User], file.Config.Users.Keys);
        Assert.Equal("max-age=31536000", file.Config.Headers["strict-transport-security"]);
        Assert.Equal((TimeSpan.FromMilliseconds(100), 20), (file.Config.RateInterval, file.Config.RateBurst));
    }

    [Fact]
    public void An_empty_file_asks_for_nothing()
    {
        using var folder = new WebConfigFolder("");
        var (file, problems) = WebConfigFile.Read(folder.ConfigFile);

        Assert.Empty(problems);
        Assert.Null(file!.Tls);
        Assert.Empty(file.Config.Users);
    }

    [Theory]
    [InlineData("Basic YTpi", "a", "b")]
    [InlineData("basic YTpiOmM=", "a", "b:c")]
    [InlineData("Basic Og==", "", "")]
    public void User_and_password_are_read_as_the_standard_writes_them(string header, string user, string password) =>
        Assert.Equal((user, password), AccessControl.Credentials(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer YTpi")]
    [InlineData("Basic ")]
    [InlineData("Basic no base64!")]
    [InlineData("Basic YQ==")]
    public void What_is_no_user_and_password_is_none(string? header) => Assert.Null(AccessControl.Credentials(header));
}
