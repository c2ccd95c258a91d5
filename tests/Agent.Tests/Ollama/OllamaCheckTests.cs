using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Agent.Config;
using Agent.Ollama;

namespace Agent.Tests.Ollama;

public sealed class OllamaCheckTests : IAsyncDisposable
{
    private const string Blob = "sha256-e4f7528ccce179127ec123af261b7305807ecbe2005b4c8750d4b0e385e7a323";
    private const int Pid = 200;

    private readonly ProcfsFixture _procfs = new();
    private readonly List<LoopbackServer> _servers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _procfs.Dispose();
    }

    [Fact]
    public async Task A_runner_with_counters_is_all_good()
    {
        var port = await StartOllamaAsync();
        await StartRunnerAsync(metrics: true);

        var findings = await CheckAsync(port);

        Assert.All(findings, finding => Assert.Equal(Verdict.Good, finding.Verdict));
        Assert.Contains(findings, finding => finding.Text.Contains("Ollama 0.33.0-rc2 answers", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Text.Contains($"Runner {Pid} ({Blob}) is read", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Text.Contains("tokens are exact", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counters_that_are_off_come_with_the_very_file_that_switches_them_on()
    {
        var port = await StartOllamaAsync();
        await StartRunnerAsync(metrics: false);

        var finding = Assert.Single(await CheckAsync(port), finding => finding.Verdict == Verdict.Warning);

        Assert.Contains("do not show their counters", finding.Text, StringComparison.Ordinal);
        Assert.Contains(await File.ReadAllTextAsync(PackagedFile(), TestContext.Current.CancellationToken), finding.Fix, StringComparison.Ordinal);
        Assert.Contains("/etc/systemd/system/ollama.service.d/joulet.conf", finding.Fix, StringComparison.Ordinal);
        Assert.Contains("systemctl daemon-reload && systemctl restart ollama", finding.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LLAMA_ARG_ENDPOINT_METRICS=1", Verdict.Good, "tokens are exact")]
    [InlineData("LLAMA_ARG_ENDPOINT_METRICS=0", Verdict.Warning, "tokens are estimated")]
    [InlineData("HOME=/", Verdict.Warning, "tokens are estimated")]
    [InlineData(null, Verdict.Warning, "cannot be told")]
    public async Task Without_a_runner_the_servers_environment_tells_where_it_may_be_read(string? entry, object verdict, string text)
    {
        var port = await StartOllamaAsync();
        if (entry is not null)
        {
            _procfs.SetEnvironment(ProcfsFixture.ServerPid, "PATH=/bin", entry);
        }

        var finding = (await CheckAsync(port))[^1];

        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Ollama_that_is_down_is_absent_and_how_to_start_it_is_said()
    {
        var port = await StartOllamaAsync();
        await _servers[0].DisposeAsync();
        _servers.Clear();
        _procfs.RemoveRunner(ProcfsFixture.ServerPid);

        var finding = Assert.Single(await CheckAsync(port));

        Assert.Equal(Verdict.Absent, finding.Verdict);
        Assert.Contains("systemctl start ollama", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_else_at_its_address_is_bad()
    {
        _servers.Add(await LoopbackServer.StartAsync(_ => (200, "<html>hello</html>")));

        Assert.Equal(Verdict.Bad, (await CheckAsync(_servers[0].Port))[0].Verdict);
    }

    [Fact]
    public async Task A_refused_runner_and_a_stranger_are_told()
    {
        var port = await StartOllamaAsync();
        _procfs.AddRunner(Pid, port: 9, Blob, listens: false);
        _procfs.Listen(IPAddress.Loopback, 9, user: 1000, inode: 6);
        _procfs.AddRunner(300, port: 10, Blob, parent: 1, user: 1000);

        var findings = await CheckAsync(port);

        Assert.Contains(findings, finding => finding.Text.Contains($"Runner {Pid} ({Blob}) cannot be read. Its port 9 is held by user 1000", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Text.Contains("Process 300 of user 1000 looks like a runner", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Runners_that_are_not_to_be_read_are_a_warning()
    {
        var port = await StartOllamaAsync();

        Assert.Contains(
            await CheckAsync(port, Enabled.False),
            finding => finding is { Verdict: Verdict.Warning, Fix: "Set ollama.runners to auto." });
    }

    [Fact]
    public async Task Of_several_Ollamas_each_is_told_with_its_runners_and_what_leads_to_one_twice()
    {
        var port = await StartOllamaAsync();
        await StartRunnerAsync(metrics: true);
        var one = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var config = new OllamaConfig { Upstreams = { [0] = one, [1] = $"[::1]:{port}", [2] = "127.0.0.1:9" } };
        _procfs.Close(ProcfsFixture.ServerPid * 1000L);
        _procfs.Listen(IPAddress.IPv6Any, port, ProcfsFixture.OllamaUser, ProcfsFixture.ServerPid * 1000L);

        var findings = await new OllamaCheck(config, _procfs.Paths, new MonotonicClock(TimeProvider.System))
            .CheckAsync(TestContext.Current.CancellationToken);

        Assert.Contains(findings, finding => finding.Text == $"Ollama 0.33.0-rc2 answers at http://{one}.");
        Assert.Contains(findings, finding => finding.Text == $"{one}: Runner {Pid} ({Blob}) is read.");
        Assert.Contains(findings, finding => finding.Text == $"{one}: Its runners show their counters: tokens are exact.");
        Assert.Contains(findings, finding => finding.Text.StartsWith($"[::1]:{port}: It is the same server as {one},", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding is { Verdict: Verdict.Absent } && finding.Fix!.Contains("set ollama.upstreams", StringComparison.Ordinal));
        Assert.Single(findings, finding => finding.Text.Contains("is read", StringComparison.Ordinal));
    }

    private static string PackagedFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../packaging/ollama-metrics.conf"));

    private async Task<int> StartOllamaAsync()
    {
        _servers.Add(await LoopbackServer.StartAsync(new FakeOllama().Answer));
        _procfs.AddServer(port: _servers[0].Port);
        return _servers[0].Port;
    }

    private async Task StartRunnerAsync(bool metrics)
    {
        var server = await LoopbackServer.StartAsync(path => path switch
        {
            "/slots" => (200, RunnerText.Slots(busy: false, task: 1, decoded: 0)),
            _ when metrics => (200, RunnerText.Metrics(1, 1, 1, 1)),
            _ => (501, RunnerText.Off),
        });
        _servers.Add(server);
        _procfs.AddRunner(Pid, server.Port, Blob);
    }

    private async Task<IReadOnlyList<Finding>> CheckAsync(int port, Enabled runners = Enabled.Auto)
    {
        var config = new OllamaConfig
        {
            Upstream = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            Runners = runners,
        };
        return await new OllamaCheck(config, _procfs.Paths, new MonotonicClock(TimeProvider.System))
            .CheckAsync(TestContext.Current.CancellationToken);
    }
}
