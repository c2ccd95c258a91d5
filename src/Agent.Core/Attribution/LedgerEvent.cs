using System.Collections.Immutable;
using Agent.Core.Carbon;
using Agent.Core.Machine;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Everything that can change the ledger: the only way in.</summary>
/// <param name="At">When it was so, not when it arrived.</param>
public abstract record LedgerEvent(Moment At)
{
    /// <summary>A sensor read a device, or failed to.</summary>
    public sealed record DeviceRead(Moment At, Device Device, Reading Reading) : LedgerEvent(At);

    /// <summary>A GPU was found, or found again.</summary>
    public sealed record GpuFound(Moment At, GpuDescription Gpu) : LedgerEvent(At);

    /// <summary>A GPU told its state.</summary>
    public sealed record GpuStateRead(Moment At, string Uuid, GpuState State) : LedgerEvent(At);

    /// <summary>Which processes hold memory on a GPU; null where the driver's view cannot be had or trusted.</summary>
    public sealed record GpuProcessesRead(Moment At, string Uuid, ImmutableArray<GpuProcess>? Processes)
        : LedgerEvent(At);

    /// <summary>How much of a GPU's time each process used since the last such event; empty: nothing new.</summary>
    public sealed record GpuUtilizationRead(Moment At, string Uuid, ImmutableArray<ProcessUtilization> Processes)
        : LedgerEvent(At);

    /// <summary>A sensor that serves several devices works, or does not and why.</summary>
    /// <param name="Failure">Null when it works.</param>
    public sealed record SensorChecked(Moment At, string Sensor, Reading.Missing? Failure) : LedgerEvent(At);

    /// <summary>Processor time used so far.</summary>
    public sealed record CpuTimesRead(Moment At, CpuTimes Times) : LedgerEvent(At);

    /// <summary>The machine's power profile or supply changed, or was read for the first time.</summary>
    public sealed record PolicyRead(Moment At, PowerPolicy Policy) : LedgerEvent(At);

    /// <summary>The processors' power state was read.</summary>
    public sealed record CpuStateRead(Moment At, CpuState State) : LedgerEvent(At);

    /// <summary>The machine was suspended; it is awake again at <paramref name="At"/>.</summary>
    public sealed record Resumed(Moment At, TimeSpan Suspended) : LedgerEvent(At);

    /// <summary>A runner was found.</summary>
    /// <param name="Started">When its process started.</param>
    public sealed record RunnerFound(Moment At, Runner Runner, Moment Started) : LedgerEvent(At);

    /// <summary>A runner answered a poll; <paramref name="At"/> is when its slots were read.</summary>
    public sealed record RunnerAnswered(Moment At, RunnerId Runner, RunnerAnswer Answer) : LedgerEvent(At);

    /// <summary>A runner's process ended.</summary>
    public sealed record RunnerGone(Moment At, RunnerId Runner) : LedgerEvent(At);

    /// <summary>The name of the model whose blob this is.</summary>
    public sealed record ModelNamed(Moment At, string Blob, string Name, ModelDetails Details, string Ollama = "") : LedgerEvent(At);

    /// <summary>A name of a model whose blob a runner serves: not the only one, perhaps, and not the one it is booked under.</summary>
    public sealed record ModelAliased(Moment At, string Name, string Blob, string Ollama = "") : LedgerEvent(At);

    /// <summary>What <c>/api/ps</c> listed.</summary>
    public sealed record ModelsListed(Moment At, ImmutableArray<LoadedModel> Models, string Ollama = "") : LedgerEvent(At);

    /// <summary>Whether Ollama's API answered, and its version where it told one.</summary>
    public sealed record OllamaChecked(Moment At, bool Up, string? Version, string Ollama = "") : LedgerEvent(At);

    /// <summary>A request came in at the proxy. Its end does not need this: it may be lost.</summary>
    public sealed record RequestStarted(Moment At, Request Request) : LedgerEvent(At);

    /// <summary>An answer goes past: its first token, then how far it is now and then.</summary>
    /// <param name="Generated">Pieces of text so far: about one token each.</param>
    public sealed record RequestProgressed(Moment At, RequestId Request, long Generated) : LedgerEvent(At);

    /// <summary>A request is over.</summary>
    public sealed record RequestEnded(Moment At, Request Request, RequestEnd End) : LedgerEvent(At);

    /// <summary>A download goes on (<c>/api/pull</c> through the proxy).</summary>
    /// <param name="Bytes">Downloaded since its last such event.</param>
    public sealed record PullProgressed(Moment At, RequestId Request, long Bytes) : LedgerEvent(At);

    /// <summary>A download is over.</summary>
    public sealed record PullEnded(Moment At, RequestId Request, RequestOutcome Outcome, Moment Started) : LedgerEvent(At);

    /// <summary>The log told of a task that is done.</summary>
    public sealed record TaskLogged(Moment At, TaskTimings Timings, string Ollama = "") : LedgerEvent(At);

    /// <summary>The log told that a runner has loaded its model.</summary>
    /// <param name="Took">From its start.</param>
    public sealed record LoadLogged(Moment At, string Blob, TimeSpan Took, string Ollama = "") : LedgerEvent(At);

    /// <summary>An Ollama's log is told up to here: all that came before was told before this.</summary>
    /// <param name="Place">Behind which it is to be read on after a restart.</param>
    public sealed record LogRead(Moment At, string Place, string Ollama = "") : LedgerEvent(At);

    /// <summary>The grid's carbon intensity is this from now on.</summary>
    public sealed record IntensityTold(Moment At, CarbonIntensity Intensity) : LedgerEvent(At);

    /// <summary>A kilowatt hour costs this from now on.</summary>
    public sealed record PriceTold(Moment At, Price Price) : LedgerEvent(At);

    /// <summary>An hour of the operator's time zone began.</summary>
    /// <param name="Start">In seconds since 1970 UTC.</param>
    public sealed record HourBegan(Moment At, long Start) : LedgerEvent(At);

    /// <summary>History has all hours before this one, as they were when it was written.</summary>
    /// <param name="Before">In seconds since 1970 UTC.</param>
    public sealed record HistoryKept(Moment At, long Before) : LedgerEvent(At);

    /// <summary>A round of readings is in.</summary>
    /// <param name="Settled">Up to here every runner's activity is known: what was drawn until then can be booked.</param>
    public sealed record TickEnded(Moment At, Moment Settled) : LedgerEvent(At);
}
