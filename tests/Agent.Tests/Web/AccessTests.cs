using System.Net;
using System.Security.Cryptography.X509Certificates;
using Agent.Web.Access;

namespace Agent.Tests.Web;

public sealed class AccessTests
{
    private static readonly string[] Paths = ["/", "/metrics", "/-/healthy", "/-/ready", "/events", "/nothing"];

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_at_all_is_told_without_the_password_and_each_attempt_is_counted()
    {
        using var folder = new WebConfigFolder(WebConfigFolder.Tls + WebConfigFolder.Users);
        await using var server = await WebServer.StartAsync(folder.ConfigFile);
        using var nobody = folder.Connect();
        using var guessing = folder.Connect("wrong");
        using var stranger = folder.Connect(WebConfigFolder.Password, user: "root");
        foreach (var path in Paths)
        {
            foreach (var http in new[] { nobody, guessing, stranger })
            {
                using var answer = await http.GetAsync(new Uri($"https://{server.Address}{path}"), Stop);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                Assert.Equal("A user and its password are asked for.\n", await answer.Content.ReadAsStringAsync(Stop));
                Assert.Equal("Basic realm=\"joulet\", charset=\"UTF-8\"", $"{answer.Headers.WwwAuthenticate}");
            }
        }

        Assert.Equal(Paths.Length, server.Access.Denied["no_credentials"]);
        Assert.Equal(2 * Paths.Length, server.Access.Denied["wrong_password"]);
        using var scraper = folder.Connect(WebConfigFolder.Password);
        Assert.Contains("joulet_build_info", await scraper.GetStringAsync(new Uri($"https://{server.Address}/metrics"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_user_is_told_as_slowly_as_a_wrong_password()
    {
        // What takes time is the hash: it is made for both, at the same cost.
        using var passwords = new Passwords();
        var users = new Dictionary<string, string> { ["a"] = BCrypt.Net.BCrypt.HashPassword("right", 11) };
        var (wrong, unknown) = (await Cost("a", "wrong"), await Cost("b", "right"));

        Assert.InRange(unknown / wrong, 0.4, 2.5);

        async Task<double> Cost(string user, string password)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var tries = 0; tries < 3; tries++)
            {
                Assert.False(await passwords.AreRightAsync(users, user, password, Stop));
            }

            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
    }

    [Fact]
    public async Task Over_plain_http_tls_answers_nothing_and_over_tls_http2_is_spoken_unless_it_is_switched_off()
    {
        using var folder = new WebConfigFolder(WebConfigFolder.Tls);
        await using (var server = await WebServer.StartAsync(folder.ConfigFile))
        {
            using var plain = new HttpClient();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => plain.GetStringAsync(new Uri($"http://{server.Address}/metrics"), Stop));
            Assert.Equal(HttpVersion.Version20, await VersionAsync(folder, server));
        }

        folder.Write(WebConfigFolder.Tls + "http_server_config:\n  http2: false\n  headers:\n    X-Frame-Options: deny\n");
        await using var old = await WebServer.StartAsync(folder.ConfigFile);
        Assert.Equal(HttpVersion.Version11, await VersionAsync(folder, old));
        using var http = folder.Connect();
        using var answer = await http.GetAsync(new Uri($"https://{old.Address}/metrics"), Stop);
        Assert.Equal("deny", answer.Headers.GetValues("X-Frame-Options").Single());
    }

    [Theory]
    [InlineData("NoClientCert", "", true, true, true)]
    [InlineData("RequestClientCert", "", true, true, true)]
    [InlineData("RequireAnyClientCert", "", true, true, false)]
    [InlineData("VerifyClientCertIfGiven", "  client_ca_file: clients.crt\n", true, false, true)]
    [InlineData("RequireAndVerifyClientCert", "  client_ca_file: clients.crt\n", true, false, false)]
    [InlineData("RequireAndVerifyClientCert", "  client_ca_file: clients.crt\n  client_allowed_sans: [scraper.example]\n", true, false, false)]
    [InlineData("RequireAndVerifyClientCert", "  client_ca_file: clients.crt\n  client_allowed_sans: [other.example]\n", false, false, false)]
    public async Task Clients_certificates_are_asked_for_as_go_does(string kind, string more, bool trusted, bool stranger, bool none)
    {
        using var folder = new WebConfigFolder($"{WebConfigFolder.Tls}  client_auth_type: {kind}\n{more}");
        await using var server = await WebServer.StartAsync(folder.ConfigFile);

        Assert.Equal(trusted, await IsLetInAsync(folder, server, folder.Client));
        Assert.Equal(stranger, await IsLetInAsync(folder, server, folder.Stranger));
        Assert.Equal(none, await IsLetInAsync(folder, server, null));
    }

    [Fact]
    public async Task A_changed_file_holds_for_the_next_request_and_one_that_cannot_be_used_changes_nothing_and_says_why()
    {
        using var folder = new WebConfigFolder(WebConfigFolder.Tls + WebConfigFolder.Users);
        await using var server = await WebServer.StartAsync(folder.ConfigFile);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(folder, server, WebConfigFolder.Password));

        folder.Write($"{WebConfigFolder.Tls}basic_auth_users:\n  {WebConfigFolder.User}: {BCrypt.Net.BCrypt.HashPassword("another", 4)}\n");
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(folder, server, WebConfigFolder.Password));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(folder, server, "another"));

        folder.Write("basic_auth_users: {}\nserver: no such key\n");
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(folder, server, "another"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(folder, server, "guess"));
        Assert.False(server.Access.Up);
        Assert.Single(server.Log.Lines, line => line.Contains("web.yml:2: server: there is no such key", StringComparison.Ordinal));

        folder.Write(WebConfigFolder.Users); // without TLS: nobody may be made to send passwords in the clear
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(folder, server, "another"));
        Assert.Contains(server.Log.Lines, line => line.Contains("TLS is switched on and off by a start of joulet only", StringComparison.Ordinal));

        folder.Write(WebConfigFolder.Tls + WebConfigFolder.Users);
        folder.WriteServerCertificate();
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(folder, server, WebConfigFolder.Password)); // by the new certificate
        Assert.True(server.Access.Up);
    }

    [Fact]
    public async Task More_requests_than_the_limit_are_told_to_come_later()
    {
        using var folder = new WebConfigFolder("rate_limit:\n  interval: 1h\n  burst: 2\n");
        await using var server = await WebServer.StartAsync(folder.ConfigFile);
        using var http = new HttpClient();
        var address = new Uri($"http://{server.Address}/metrics");

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(address, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(address, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await http.GetAsync(address, Stop)).StatusCode);
        Assert.Equal(1, server.Access.Denied["rate_limit"]);
    }

    private static async Task<Version> VersionAsync(WebConfigFolder folder, WebServer server)
    {
        using var http = folder.Connect();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{server.Address}/metrics")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        using var answer = await http.SendAsync(request, Stop);
        return answer.Version;
    }

    private static async Task<HttpStatusCode> StatusAsync(WebConfigFolder folder, WebServer server, string password)
    {
        using var http = folder.Connect(password);
        using var answer = await http.GetAsync(new Uri($"https://{server.Address}/metrics"), Stop);
        return answer.StatusCode;
    }

    private static async Task<bool> IsLetInAsync(WebConfigFolder folder, WebServer server, X509Certificate2? certificate)
    {
        using var http = folder.Connect(certificate: certificate);
        try
        {
            using var answer = await http.GetAsync(new Uri($"https://{server.Address}/metrics"), Stop);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
