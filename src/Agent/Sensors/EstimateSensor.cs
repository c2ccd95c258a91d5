using System.Globalization;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors;

/// <summary>What nothing measures, where the operator gave numbers for it: processors by their time, the rest as a fixed power.</summary>
/// <remarks>
/// Both are made from what the kernel counts since boot, so that they are counters as others are: they go on over a restart of
/// the agent. The ledger leaves them aside where a meter tells the same joules.
/// </remarks>
internal sealed class EstimateSensor(EstimateConfig config, PathsConfig paths, MonotonicClock clock) : ISensor
{
    public const string Name = "estimate";

    private static readonly Device Cpu = new(DeviceKind.EstimatedCpu, "cpu-estimated", $"{Name}:cpu");

    private static readonly Device Rest = new(DeviceKind.EstimatedRest, "rest-estimated", $"{Name}:rest");

    /// <summary>Ticks of the kernel's clock come late: between two reads there may seem to be more than there can be.</summary>
    private const double Headroom = 2;

    private readonly UpTime _time = new(paths.Procfs);

    public IReadOnlyList<Finding> Check()
    {
        var findings = new List<Finding>();
        if (config.CpuTdpWatts is { } most)
        {
            findings.Add(new Finding(Verdict.Good, Name, string.Create(
                CultureInfo.InvariantCulture,
                $"The processors are estimated between {config.CpuIdleWatts ?? 0:0.#} W at rest and {most:0.#} W with all busy, where no RAPL zone can be read: component cpu_estimated.")));
        }

        if (config.RestWatts is { } rest)
        {
            findings.Add(new Finding(Verdict.Good, Name, string.Create(
                CultureInfo.InvariantCulture,
                $"The rest of the machine is taken to draw {rest:0.#} W, where nothing measures the whole machine: component other_estimated.")));
        }

        return findings;
    }

    public IEnumerable<LedgerEvent> Read()
    {
        if (config.CpuTdpWatts is { } most)
        {
            var idle = config.CpuIdleWatts ?? 0;
            var busy = _time.Busy;
            yield return Told(Cpu, most, (idle * _time.Seconds) + ((most - idle) * busy?.Seconds), (most, idle, busy?.Processors));
        }

        if (config.RestWatts is { } rest)
        {
            yield return Told(Rest, rest, rest * _time.Seconds, (rest, rest, null));
        }
    }

    private LedgerEvent.DeviceRead Told(Device device, double most, double? joules, (double Most, double Idle, int? Processors) basis) => new(clock.Now, device, joules is { } total
        ? new Reading.Counter(new Joules(total)) { MostPower = new Watts((most * Headroom) + 1), Epoch = EpochOf(basis) }
        : new Reading.Missing(MissingCause.Error, $"{paths.Procfs}/stat or {paths.Procfs}/uptime cannot be read: nothing can be estimated."));

    /// <summary>
    /// A new series begins where what the joules are made from changes, as when a processor goes offline. The same over a restart
    /// of the agent, as a hash code is not.
    /// </summary>
    private static long EpochOf((double Most, double Idle, int? Processors) basis) =>
        BitConverter.DoubleToInt64Bits(basis.Most) ^ (BitConverter.DoubleToInt64Bits(basis.Idle) >> 1) ^ (basis.Processors ?? 0);
}
