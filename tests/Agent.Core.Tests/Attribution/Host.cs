using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

/// <summary>A host whose every event is said by the test: devices with their true watts, runners, processor time.</summary>
internal sealed class Host(Ledger? start = null)
{
    public const double Tick = 0.2;

    private readonly Dictionary<Device, double> _joules = [];
    private readonly Dictionary<int, double> _cpu = [];
    private readonly Dictionary<string, ImmutableArray<GpuProcess>> _processes = [];
    private double _busy;
    private double _server;

    public Ledger Ledger { get; private set; } = start ?? Ledger.Empty;

    public double Now { get; private set; }

    /// <summary>What the runner last counted, for tests with one runner.</summary>
    public RunnerCounters Counters { get; set; } = new(0, 0, 0, 0, 0);

    /// <summary>The counter shows only whole steps of this length, as NVML's do.</summary>
    public double Step { get; init; }

    public static Device Gpu(string uuid) => new(DeviceKind.Gpu, uuid, $"nvml:{uuid}");

    public static Device Package(int socket) => new(DeviceKind.Package, $"package-{socket}", $"rapl:package-{socket}", socket);

    public Host Apply(LedgerEvent entry)
    {
        Ledger = Ledger.Apply(entry);
        return this;
    }

    /// <summary>A runner that is on a GPU, or on none.</summary>
    public RunnerId Start(int pid, string model, string? gpu = null, string? unreadable = null)
    {
        var id = new RunnerId(pid, pid);
        var runner = new Runner { Id = id, Blob = $"sha256-{model}", Unreadable = unreadable };
        Apply(new LedgerEvent.RunnerFound(At(), runner, At()));
        Apply(new LedgerEvent.ModelNamed(At(), runner.Blob, model, new ModelDetails(null, null, null)));
        foreach (var uuid in _joules.Keys.Where(device => device.Kind == DeviceKind.Gpu).Select(device => device.Id))
        {
            var known = _processes.GetValueOrDefault(uuid, []);
            _processes[uuid] = uuid == gpu ? known.Add(new GpuProcess(pid, 4_000_000_000)) : known;
            Apply(new LedgerEvent.GpuProcessesRead(At(0.001), uuid, _processes[uuid]));
        }

        return id;
    }

    public void Answer(RunnerId id, RunnerAnswer answer) => Apply(new LedgerEvent.RunnerAnswered(At(), id, answer));

    public void Loading(RunnerId id) => Answer(id, new RunnerAnswer.Loading());

    public void Serving(RunnerId id, RunnerCounters counters, params RunnerSlot[] slots) =>
        Answer(id, new RunnerAnswer.Serving(slots.Length == 0 ? [default] : [.. slots], counters));

    /// <summary>The agent ends, time passes, and it begins again from what it kept.</summary>
    public Host Down(double seconds, Dictionary<Device, double> watts)
    {
        Now += seconds;
        foreach (var (device, power) in watts)
        {
            _joules[device] = _joules.GetValueOrDefault(device) + (power * seconds);
        }

        Ledger = Ledger.Restored(Ledger.Save(), Ledger.Empty, At());
        return this;
    }

    /// <summary>Lets time pass and reads every device at the end of each tick.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="watts">What each device draws meanwhile.</param>
    /// <param name="cpu">Cores used by each process; 0 is everything else, -1 Ollama's server.</param>
    /// <param name="runners">What the runners answer at the end of each tick.</param>
    public Host Pass(
        double seconds,
        Dictionary<Device, double> watts,
        Dictionary<int, double>? cpu = null,
        Action<Host>? runners = null)
    {
        for (var ticks = (int)Math.Round(seconds / Tick); ticks > 0; ticks--)
        {
            Now += Tick;
            foreach (var (device, power) in watts)
            {
                var before = _joules.GetValueOrDefault(device);
                _joules[device] = before + (power * Tick);
                var seen = Step > 0 ? before + (power * (Tick - (Now % Step))) : _joules[device];
                Apply(new LedgerEvent.DeviceRead(At(), device, new Reading.Counter(new Joules(seen))
                {
                    MostPower = new Watts(2000),
                    Step = TimeSpan.FromSeconds(Step),
                }));
            }

            Cpu(cpu ?? []);
            runners?.Invoke(this);
            Apply(new LedgerEvent.TickEnded(At(), At()));
        }

        return this;
    }

    public double Booked(Category category, string? model = null, Device? device = null) =>
        Ledger.Devices.Values
            .Where(state => device is null || state.Device == device)
            .Sum(state => state.Accounts
                .Where(pair => pair.Key.Category == category && (model is null || pair.Key.Model?.Value == model))
                .Sum(pair => pair.Value.Value));

    public Moment At(double offset = 0) => Moment.FromSeconds(Math.Round(Now + offset, 7));

    private void Cpu(Dictionary<int, double> cores)
    {
        foreach (var (pid, used) in cores)
        {
            _busy += used * Tick;
            _server += pid == -1 ? used * Tick : 0;
            if (pid > 0)
            {
                _cpu[pid] = _cpu.GetValueOrDefault(pid) + (used * Tick);
            }
        }

        Apply(new LedgerEvent.CpuTimesRead(At(), new CpuTimes(_busy, 16, _server, _cpu.ToImmutableDictionary())));
    }
}
