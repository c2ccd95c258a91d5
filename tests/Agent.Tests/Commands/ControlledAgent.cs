using System.Diagnostics;
using Agent.Commands;
using Agent.Config;
using Agent.History;
using Agent.Sensors;
using Agent.Sensors.Nvml;
using Agent.Tests.Binary;
using Agent.Tests.Proxy;
using Agent.Tests.Sensors.Nvml;

namespace Agent.Tests.Commands;

/// <summary>A whole agent in this process and in real time: the fake driver, a state's folder, its metrics and its socket.</summary>
internal sealed class ControlledAgent : IAsyncDisposable
{
    private readonly DirectoryInfo _machine = Directory.CreateTempSubdirectory("joulet-control-");
    private readonly StateStore? _store;
    private readonly NvmlSensor _nvml;
    private readonly AgentParts _parts;

    private ControlledAgent(string state, NvmlFake fake, Enabled enabled, bool driver)
    {
        (Config.Listen, Config.Paths.State) = (PublishedBinary.FreeAddress(), state);
        Config.Paths.Sysfs = Config.Paths.Procfs = _machine.FullName;
        (Config.Ollama.Upstream, Config.Ollama.JournalUnit) = ($"http://{PublishedBinary.FreeAddress()}", "");
        Config.PowerState.DbusAddress = $"unix:path={_machine.FullName}/bus";
        Config.Sampling.Interval = TimeSpan.FromMilliseconds(100);
        (Config.Sensors.Nvml.Library, Config.Sensors.Nvml.Enabled) = (fake.Library, enabled);
        if (driver)
        {
            Directory.CreateDirectory(Path.Combine(_machine.FullName, "driver/nvidia"));
            File.WriteAllText(Path.Combine(_machine.FullName, "driver/nvidia/version"), "NVIDIA UNIX Kernel Module  550.163.01\n");
        }

        _store = state.Length == 0 ? null : new StateStore(Config.Paths, TimeProvider.System, new Tests.Ollama.LogMemory<StateStore>());
        var clock = _store?.Clock ?? new MonotonicClock(TimeProvider.System);
        _nvml = NvmlSensor.Create(Config.Sensors.Nvml, Config.Paths, clock);
        _parts = AgentHost.Build(Config, SensorCatalog.Find(Config, clock, _nvml), clock, _store, access: null, Log);
    }

    public AgentConfig Config { get; } = new();

    public LoggedLines Log { get; } = new();

    public NvmlReleaseState Release => _nvml.ReleaseState;

    /// <summary>One that runs.</summary>
    public static async Task<ControlledAgent> StartAsync(string state, NvmlFake fake, Enabled enabled = Enabled.Auto, bool driver = true)
    {
        var agent = new ControlledAgent(state, fake, enabled, driver);
        await agent._parts.App.StartAsync(TestContext.Current.CancellationToken);
        return agent;
    }

    /// <summary>What <c>joulet nvml</c> does.</summary>
    public async Task<(int Exit, string Output, string Errors)> NvmlAsync(HttpMethod method, string path)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exit = await NvmlCommand.RunAsync(Config, method, path, output, errors, TestContext.Current.CancellationToken);
        return (exit, $"{output}", $"{errors}");
    }

    /// <summary>Waits until something is so of its metrics.</summary>
    public async Task<Scrape> ScrapeAsync(Func<Scrape, bool> until)
    {
        using var http = new HttpClient();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var scrape = new Scrape(await http.GetStringAsync(new Uri($"http://{Config.Listen}/metrics"), TestContext.Current.CancellationToken));
            if (until(scrape))
            {
                return scrape;
            }

            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), scrape.Text);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public Task StopAsync() => _parts.App.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _parts.App.StopAsync(CancellationToken.None);
        await _parts.DisposeAsync();
        _nvml.Dispose();
        _store?.Dispose();
        _machine.Delete(recursive: true);
    }
}
