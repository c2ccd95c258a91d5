using Agent.Commands;
using Agent.Config;
using Agent.Tests.Sensors.Nvml;
using Agent.Web;

namespace Agent.Tests.Commands;

/// <summary>joulet nvml and joulet check beside an agent that runs.</summary>
public sealed class NvmlCommandTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("joulet-state-");
    private readonly NvmlFake _fake = new(NvmlMachine.OneGpu);

    public void Dispose()
    {
        _fake.Show(""); // whatever hangs goes on
        _fake.Dispose();
        _state.Delete(recursive: true);
    }

    [Fact]
    public async Task Released_it_is_said_how_that_ends_and_held_again_the_gpu_is_read()
    {
        await using var agent = await StartAsync();
        await agent.ScrapeAsync(scrape => scrape.Sum("joulet_sensor_up", "sensor=\"nvml\"") == 1);
        Assert.Equal((0, "NVML is not released: joulet opens it whenever there is a GPU to read by it.\n", ""), await StatusAsync(agent));

        var (exit, said, errors) = await ReleaseAsync(agent);

        Assert.Equal((0, ""), (exit, errors));
        Assert.Matches("^Nothing of joulet holds NVIDIA's driver, since 0 s. .* joulet nvml hold takes it up again, as does a driver loaded anew, or an hour.\n$", said);
        Assert.Equal(1, _fake.Calls("nvmlShutdown"));
        Assert.StartsWith("Nothing of joulet holds", (await StatusAsync(agent)).Output, StringComparison.Ordinal);
        var scrape = await agent.ScrapeAsync(scrape => scrape.Sum("joulet_sensor_up", "sensor=\"nvml\"") == 0);
        Assert.Equal(0, scrape.Sum("joulet_gpu_nvml_held"));

        Assert.Equal((0, "NVML is taken up again at the next reading.\n", ""), await HoldAsync(agent));

        await agent.ScrapeAsync(scrape => scrape.Sum("joulet_sensor_up", $"nvml:{NvmlMachine.First}") == 1);
        Assert.StartsWith("NVML is not released", (await HoldAsync(agent)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_says_once_that_it_is_released_and_once_that_it_is_back()
    {
        await using var agent = await StartAsync();
        await agent.ScrapeAsync(scrape => scrape.Sum("joulet_sensor_up", "sensor=\"nvml\"") == 1);

        await ReleaseAsync(agent);
        await agent.ScrapeAsync(_ => agent.Log.Lines.Any(IsReleased));
        await HoldAsync(agent);
        await agent.ScrapeAsync(_ => agent.Log.Lines.Any(IsBack));

        Assert.Single(agent.Log.Lines, IsReleased);
        Assert.Single(agent.Log.Lines, IsBack);

        static bool IsReleased(string line) => line.StartsWith("Warning: nvml: NVML was released on request", StringComparison.Ordinal);
        static bool IsBack(string line) => line == "Information: nvml works again.";
    }

    [Fact]
    public async Task A_release_that_waits_for_a_call_that_hangs_fails_and_says_so()
    {
        await using var agent = await StartAsync();
        await agent.ScrapeAsync(scrape => scrape.Sum("joulet_sensor_up", "sensor=\"nvml\"") == 1);
        _fake.Show($"{NvmlMachine.OneGpu}\nhang nvmlShutdown");

        var (exit, output, errors) = await ReleaseAsync(agent);

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("a call into NVIDIA's driver is not over", errors, StringComparison.Ordinal);

        _fake.Show(NvmlMachine.OneGpu);
        Assert.Equal(0, (await ReleaseAsync(agent)).Exit);
    }

    [Fact]
    public async Task Where_NVML_is_switched_off_there_is_nothing_to_release_and_that_is_said()
    {
        await using var agent = await StartAsync(enabled: Enabled.False);

        Assert.All([await StatusAsync(agent), await ReleaseAsync(agent), await HoldAsync(agent)], said => Assert.Equal(
            (0, "NVML is not in use: sensors.nvml.enabled is false. Nothing of joulet holds NVIDIA's driver.\n", ""), said));
    }

    [Fact]
    public async Task Without_a_driver_there_is_nothing_to_release_and_that_is_said()
    {
        await using var agent = await StartAsync(driver: false);

        Assert.All([await StatusAsync(agent), await ReleaseAsync(agent), await HoldAsync(agent)], said => Assert.Equal(
            (0, "NVML is not in use: no NVIDIA driver is loaded. joulet takes it up when one is.\n", ""), said));
        Assert.Equal(0, _fake.Calls());
    }

    [Fact]
    public async Task Where_no_agent_runs_it_is_said_and_fails()
    {
        var config = new AgentConfig();
        config.Paths.State = _state.FullName;
        await using var errors = new StringWriter();

        var exit = await NvmlCommand.RunAsync(config, HttpMethod.Get, ControlSocket.NvmlState, TextWriter.Null, errors, TestContext.Current.CancellationToken);

        Assert.Equal(1, exit);
        Assert.Contains($"no agent answers at {_state.FullName}/control.sock", $"{errors}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_without_a_state_is_told_to_be_sent_a_signal()
    {
        await using var agent = await ControlledAgent.StartAsync("", _fake);

        var (exit, _, errors) = await ReleaseAsync(agent);

        Assert.Equal(1, exit);
        Assert.Contains("systemctl kill -s SIGUSR1 joulet", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(agent.Log.Lines, line => line.Contains("cannot ask", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_agents_advice_is_what_it_exports()
    {
        _fake.Show($"{NvmlMachine.OneGpu}\ninit 18");
        await using var agent = await StartAsync();
        using var asking = new RunningAgent(agent.Config);
        await agent.ScrapeAsync(scrape => scrape.Sum("joulet_advice", "sensor_unreadable") == 1);

        var advice = await asking.AdviceAsync(TestContext.Current.CancellationToken);

        Assert.Contains(advice!, one => one.Rule == "sensor_unreadable" && one.Reason.Contains("nvml cannot be read", StringComparison.Ordinal));
    }

    private static Task<(int Exit, string Output, string Errors)> StatusAsync(ControlledAgent agent) => agent.NvmlAsync(HttpMethod.Get, ControlSocket.NvmlState);

    private static Task<(int Exit, string Output, string Errors)> ReleaseAsync(ControlledAgent agent) => agent.NvmlAsync(HttpMethod.Post, ControlSocket.NvmlRelease);

    private static Task<(int Exit, string Output, string Errors)> HoldAsync(ControlledAgent agent) => agent.NvmlAsync(HttpMethod.Post, ControlSocket.NvmlHold);

    private Task<ControlledAgent> StartAsync(Enabled enabled = Enabled.Auto, bool driver = true) =>
        ControlledAgent.StartAsync(_state.FullName, _fake, enabled, driver);
}
