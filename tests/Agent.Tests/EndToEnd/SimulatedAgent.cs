using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Machine;
using Agent.Metering;
using Agent.Ollama;
using Agent.Sensors;
using Agent.Sensors.Nvml;
using Agent.Sensors.PowerState;
using Agent.Sensors.Rapl;
using Agent.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.EndToEnd;

/// <summary>The real agent over the simulated machine, both on a clock the test moves.</summary>
internal sealed class SimulatedAgent : IAsyncDisposable
{
    private readonly FakeTimeProvider _time;
    private readonly RaplSensor _rapl;
    private readonly NvmlSensor _nvml;
    private readonly RunnerPoller _runners;
    private readonly OllamaApi _api;
    private readonly OllamaWatcher _watcher;
    private readonly Sampler _sampler;
    private readonly LedgerKeeper _keeper;
    private TimeSpan _sinceWatched = TimeSpan.MaxValue;

    private SimulatedAgent(FakeTimeProvider time, SimulatedMachine machine)
    {
        (_time, Machine) = (time, machine);
        var clock = new MonotonicClock(time);
        var config = new AgentConfig();
        (config.Paths.Sysfs, config.Paths.Procfs) = (machine.Sysfs, machine.Procfs);
        config.Ollama.Upstream = machine.UpstreamUrl;
        var events = Channel.CreateUnbounded<LedgerEvent>();
        events.Writer.TryWrite(new LedgerEvent.IntensityTold(clock.Now, new CarbonIntensity(400, "fixed", "", IntensityTier.Fixed)));
        events.Writer.TryWrite(new LedgerEvent.PriceTold(clock.Now, new Price(0.3, "EUR")));
        _rapl = new RaplSensor(config.Sensors.Rapl, config.Paths, clock);
        _nvml = new NvmlSensor(() => machine.Nvml, config.Sensors.Nvml, config.Paths, clock) { Patience = TimeSpan.FromSeconds(5) };
        _runners = new RunnerPoller(config.Ollama, config.Paths, clock, NullLogger<RunnerPoller>.Instance);
        var upstream = Upstream.Parse(config.Ollama.Upstream);
        _api = new OllamaApi(upstream);
        _watcher = new OllamaWatcher(
            upstream, _api, _runners.Rosters[""], new ModelNamer(_api, everyName: false, NullLogger<ModelNamer>.Instance), events.Writer,
            config.Ollama.PollInterval, clock, NullLogger<OllamaWatcher>.Instance);
        _sampler = new Sampler([_nvml, _rapl, new FirmwareProfile(new SysPolicy(new Sysfs(machine.Sysfs)), clock)], _runners, _nvml.RefreshProcesses, events.Writer, config.Sampling, clock);
        _keeper = new LedgerKeeper(events.Reader, Ledger.Empty, new LedgerLog(NullLogger<LedgerLog>.Instance), TimeProvider.System);
    }

    public SimulatedMachine Machine { get; }

    public Ledger Ledger => _keeper.Current;

    public static async Task<SimulatedAgent> StartAsync(Scenario scenario, int seed, CancellationToken stop)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);

        // A runner that answers between two batches waits on the machine's clock, which stands while the agent waits.
        var machine = await SimulatedMachine.StartAsync(time, scenario with { SlowAnswers = false }, seed, stop);
        return new SimulatedAgent(time, machine);
    }

    /// <summary>Tells each event before it is folded in.</summary>
    public void Record(Action<LedgerEvent> to) => _keeper.Record = to;

    public async Task RunAsync(TimeSpan length, CancellationToken stop)
    {
        for (var left = length; left > TimeSpan.Zero;)
        {
            var active = await _sampler.StepAsync(stop);
            _keeper.Step();
            if (_sinceWatched >= TimeSpan.FromSeconds(2))
            {
                await _watcher.StepAsync(stop);
                _sinceWatched = TimeSpan.Zero;
            }

            var pause = TimeSpan.FromMilliseconds(active ? 200 : 1000);
            _time.Advance(pause);
            Machine.Advance();
            _sinceWatched += pause;
            left -= pause;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _sampler.Dispose();
        _keeper.Dispose();
        _watcher.Dispose();
        _api.Dispose();
        _runners.Dispose();
        _nvml.Dispose();
        _rapl.Dispose();
        await Machine.DisposeAsync();
    }

    /// <summary>The power profile without a message bus, whose thread knows only real time.</summary>
    private sealed class FirmwareProfile(SysPolicy files, MonotonicClock clock) : ISensor
    {
        private PowerPolicy? _told;

        public IReadOnlyList<Finding> Check() => [];

        public IEnumerable<LedgerEvent> Read()
        {
            var policy = files.Profile(clock.Now);
            if (policy != _told)
            {
                _told = policy;
                yield return new LedgerEvent.PolicyRead(clock.Now, policy);
            }
        }
    }
}
