using System.Collections.Immutable;
using Agent.Core.Machine;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>All accounts, and what is needed to book to them: an immutable snapshot, the only way out.</summary>
public sealed partial record Ledger
{
    /// <summary>Most models told apart; later ones are booked as <c>other</c>.</summary>
    public const int MostModels = 100;

    /// <summary>Most names remembered; past it all are forgotten, and told again as they are met.</summary>
    private const int MostAliases = 5000;

    /// <summary>How long processor times and ended runners are kept after all before them is booked.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    /// <summary>A counter that was not read for so long is still reckoned by what held in each hour of that time.</summary>
    private static readonly TimeSpan LongestLate = TimeSpan.FromDays(1);

    /// <summary>By then every device was read again, and what was drawn while the agent was down is booked.</summary>
    private static readonly TimeSpan AllBack = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(10);

    /// <summary>What a meter of the whole machine sees beyond the other devices.</summary>
    public static Device Rest { get; } = new(DeviceKind.Rest, "rest", "");

    public static Ledger Empty { get; } = new();

    /// <summary>Idle watts by device that the operator gave.</summary>
    public ImmutableDictionary<string, Watts> IdleWatts { get; init; } = ImmutableDictionary<string, Watts>.Empty;

    public ImmutableDictionary<string, DeviceLedger> Devices { get; init; } =
        ImmutableDictionary<string, DeviceLedger>.Empty;

    public ImmutableDictionary<string, GpuView> Gpus { get; init; } = ImmutableDictionary<string, GpuView>.Empty;

    /// <summary>The state the machine is in.</summary>
    public MachineState Machine { get; init; } = MachineState.Unknown;

    /// <summary>What models cost and did under each power profile.</summary>
    public ProfileBook Profiles { get; init; } = ProfileBook.Empty;

    /// <summary>Emissions and cost.</summary>
    public FootprintBook Footprint { get; init; } = FootprintBook.Empty;

    /// <summary>The last hours, until history has them.</summary>
    public HourBook Hours { get; init; } = HourBook.Empty;

    public CpuTimeline Cpu { get; init; } = CpuTimeline.Empty;

    public ImmutableDictionary<RunnerId, RunnerState> Runners { get; init; } =
        ImmutableDictionary<RunnerId, RunnerState>.Empty;

    public ImmutableDictionary<ModelKey, ModelTotals> Models { get; init; } =
        ImmutableDictionary<ModelKey, ModelTotals>.Empty;

    /// <summary>The name each blob's model has now.</summary>
    public ImmutableDictionary<ModelKey, ModelKey> Names { get; init; } = ImmutableDictionary<ModelKey, ModelKey>.Empty;

    /// <summary>The blobs whose models embed, and cannot generate.</summary>
    public ImmutableHashSet<ModelKey> Embedders { get; init; } = [];

    /// <summary>The blobs of names, which are in capitals: requests may come by any name of a model.</summary>
    public ImmutableDictionary<ModelKey, ModelKey> Aliases { get; init; } = ImmutableDictionary<ModelKey, ModelKey>.Empty;

    /// <summary>What <c>/api/ps</c> listed last.</summary>
    public ImmutableDictionary<ModelKey, LoadedModel> Loaded { get; init; } =
        ImmutableDictionary<ModelKey, LoadedModel>.Empty;

    public ImmutableDictionary<string, SensorHealth> Sensors { get; init; } =
        ImmutableDictionary<string, SensorHealth>.Empty;

    /// <summary>How each Ollama is; the only one under the empty name.</summary>
    public ImmutableDictionary<string, OllamaHealth> Ollamas { get; init; } = ImmutableDictionary<string, OllamaHealth>.Empty;

    /// <summary>What the log told.</summary>
    public JournalBook Journal { get; init; } = JournalBook.Empty;

    /// <summary>How far each Ollama's log is counted.</summary>
    public ImmutableDictionary<string, LogPlace> LogPlaces { get; init; } = ImmutableDictionary<string, LogPlace>.Empty;

    /// <summary>What the proxy saw.</summary>
    public RequestBook Requests { get; init; } = RequestBook.Empty;

    public PullBook Pulls { get; init; } = PullBook.Empty;

    public LoadBook Loads { get; init; } = LoadBook.Empty;

    /// <summary>The Ollamas whose requests pass the proxy: what of them cannot be read, the proxy counts.</summary>
    public ImmutableHashSet<string> Proxied { get; init; } = [];

    /// <summary>Since when models do nothing.</summary>
    public IdleBook Idle { get; init; } = IdleBook.Empty;

    /// <summary>What was booked since a meter of the whole machine told something last.</summary>
    internal RestBook RestBook { get; init; } = RestBook.Empty;

    /// <summary>The last five minutes, a checkpoint every ten seconds.</summary>
    public ImmutableQueue<Checkpoint> Checkpoints { get; init; } = [];

    /// <summary>When this run of the agent began: what was there before was not seen to begin.</summary>
    public Moment Since { get; init; }

    /// <summary>When the last round of readings ended; null before the first.</summary>
    public Moment? LastTick { get; init; }

    /// <summary>Measured, less what is booked and what waits, over all devices: rounding, or the ledger is wrong.</summary>
    public Joules Imbalance => new(Devices.Values
        .Where(device => device.Device.Component is not null)
        .Sum(device => Math.Abs(device.Imbalance.Value)));

    private Moment? LastCheckpoint { get; init; }

    public Ledger Apply(LedgerEvent entry) => entry switch
    {
        LedgerEvent.DeviceRead read => Read(read),
        LedgerEvent.GpuFound found => View(found.Gpu.Uuid, gpu => gpu with { Description = found.Gpu }),
        LedgerEvent.GpuStateRead read => View(read.Uuid, gpu => gpu.With(read.At, read.State)),
        LedgerEvent.GpuProcessesRead read => Listed(read),
        LedgerEvent.GpuUtilizationRead read =>
            View(read.Uuid, gpu => gpu with { Use = gpu.Use.Add(read.At, read.Processes) }),
        LedgerEvent.SensorChecked check => Checked(check),
        LedgerEvent.PolicyRead read => this with { Machine = Machine with { Policy = read.Policy }, Profiles = Profiles.Changed(read.At, read.Policy.Profile) },
        LedgerEvent.CpuStateRead read => this with { Machine = Machine with { Cpu = read.State } },
        LedgerEvent.IntensityTold told => this with { Footprint = Footprint.Told(told.At, told.Intensity) },
        LedgerEvent.PriceTold told => this with { Footprint = Footprint.Told(told.At, told.Price) },
        LedgerEvent.HourBegan hour => this with { Hours = Hours.Began(hour.At, hour.Start) },
        LedgerEvent.HistoryKept kept => this with { Hours = Hours.Kept(kept.Before) },
        LedgerEvent.CpuTimesRead read => this with { Cpu = Cpu.Add(read.At, read.Times) },
        LedgerEvent.Resumed resumed => this with
        {
            Devices = Devices.ToImmutableDictionary(
                pair => pair.Key,
                pair => pair.Value with { Meter = pair.Value.Meter.Suspended(resumed.At, resumed.Suspended) }),
        },
        LedgerEvent.RunnerFound found => Found(found),
        LedgerEvent.RunnerAnswered answered => Progress(answered.Runner, null, answered.At, runner => runner.Answered(answered.At, answered.Answer)),
        LedgerEvent.RunnerGone gone => Progress(gone.Runner, null, gone.At, runner => runner.Ended(gone.At)),
        LedgerEvent.ModelNamed named => Named(named),
        LedgerEvent.ModelAliased alias => this with
        {
            Aliases = (Aliases.Count < MostAliases ? Aliases : Aliases.Clear()).SetItem(Folded(alias.Name, alias.Ollama), ModelKey.OfBlob(alias.Blob, alias.Ollama)),
        },
        LedgerEvent.ModelsListed listed => this with
        {
            Loaded = LoadedExcept(listed.Ollama).AddRange(listed.Models.DistinctBy(model => model.Name)
                .Select(model => KeyValuePair.Create(ModelKey.OfName(model.Name, listed.Ollama), model))),
        },
        LedgerEvent.OllamaChecked check => this with
        {
            Ollamas = Ollamas.SetItem(
                check.Ollama, new OllamaHealth(check.Up, check.Version ?? Ollamas.GetValueOrDefault(check.Ollama)?.Version)),
            Loaded = check.Up ? Loaded : LoadedExcept(check.Ollama),
        },
        LedgerEvent.RequestStarted started => RequestBooking.Start(this, started),
        LedgerEvent.RequestProgressed progress => RequestBooking.Progress(this, progress),
        LedgerEvent.RequestEnded ended => RequestBooking.End(this, ended),
        LedgerEvent.PullProgressed progress => this with { Pulls = Pulls.Progress(progress) },
        LedgerEvent.PullEnded ended => this with { Pulls = Pulls.End(ended) },
        LedgerEvent.TaskLogged task => Logged(task, task.Ollama),
        LedgerEvent.LoadLogged load => Logged(load, load.Ollama),
        LedgerEvent.LogRead read => this with { LogPlaces = LogPlaces.SetItem(read.Ollama, LogPlace.Nowhere with { Place = read.Place }) },
        LedgerEvent.TickEnded tick => Settlement.Settle(this, RequestBooking.Settled(this, tick.Settled, tick.At)).Ticked(tick),
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    private Ledger Listed(LedgerEvent.GpuProcessesRead read)
    {
        var next = View(read.Uuid, gpu => gpu with { Listed = read.Processes is null ? null : read.At });
        return read.Processes is { } processes
            ? next with { Runners = Runners.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Listed(read.Uuid, processes)) }
            : next;
    }

    /// <summary>After a restart the log is read from its place on: lines behind it may have been counted before.</summary>
    private Ledger Logged(LedgerEvent line, string ollama) =>
        LogPlaces.GetValueOrDefault(ollama, LogPlace.Nowhere).Count(line) is { } counted
            ? this with { LogPlaces = LogPlaces.SetItem(ollama, counted), Journal = Journal.Add(line) }
            : this;

    private Ledger Checked(LedgerEvent.SensorChecked check)
    {
        var errors = Sensors.GetValueOrDefault(check.Sensor)?.Errors ?? ImmutableDictionary<MissingCause, long>.Empty;
        return this with
        {
            Sensors = Sensors.SetItem(
                check.Sensor,
                new SensorHealth(
                    check.Failure,
                    check.Failure is { Cause: var cause } ? errors.SetItem(cause, errors.GetValueOrDefault(cause) + 1) : errors)),
        };
    }

    /// <summary>Forgets what no booking needs any more, and keeps a checkpoint now and then.</summary>
    private Ledger Ticked(LedgerEvent.TickEnded tick)
    {
        var oldest = Devices.Values.SelectMany(device => device.Pending.Take(1)).Select(span => span.From)
            .Append(tick.Settled).Min() - Kept;
        var passed = Accrual.Passed(
            this, LastTick ?? tick.At, tick.At, tick.At - Since < AllBack ? null : Moment.Min(oldest, tick.At - LongestLate));
        var counted = JournalBook.Settle(RequestBooking.Settle(passed, tick.At, oldest), tick.At);
        oldest = Moment.Min(oldest, JournalBook.Oldest(tick.At));
        var next = counted with
        {
            Loads = LoadBook.Settle(counted, tick.Settled),
            Idle = Idle.Ticked(tick.At, counted),
            Pulls = Pulls.Since(tick.At),
            LastTick = tick.At,
            Cpu = Cpu.Since(oldest),
            Runners = counted.Runners.RemoveRange(counted.Runners.Where(pair => pair.Value.Gone < (pair.Value.Model is { Named: true }
                ? oldest
                : Moment.Min(oldest, tick.At - RequestBooking.LongestWait))).Select(pair => pair.Key)),
        };
        return LastCheckpoint is { } last && tick.At - last < CheckpointEvery ? next : next.Check(tick.At);
    }

    private Ledger Check(Moment at)
    {
        var checkpoints = Checkpoints.Enqueue(new Checkpoint(at, Devices, Models));
        while (at - checkpoints.Peek().At > JoulesPerToken.Window)
        {
            checkpoints = checkpoints.Dequeue();
        }

        return this with { Checkpoints = checkpoints, LastCheckpoint = at };
    }
}
