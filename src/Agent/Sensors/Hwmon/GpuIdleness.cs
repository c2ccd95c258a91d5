using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Hwmon;

/// <summary>Whether anything is done on a GPU, from what it tells. A mistake costs it some sleep, or some readings.</summary>
internal sealed class GpuIdleness
{
    /// <summary>A card that tells no utilisation is idle while it draws little more than it ever did.</summary>
    private const double Quiet = 1.25;

    private static readonly Watts QuietMargin = new(2);

    private (Moment At, Joules Total)? _last;
    private Watts? _least;

    /// <summary>Whether it is idle now.</summary>
    public bool Look(Moment now, Reading reading, double? utilization, ImmutableArray<GpuProcess>? processes)
    {
        var power = PowerOf(now, reading);
        if (processes is not null)
        {
            return false;
        }

        if (utilization is not null)
        {
            return utilization == 0;
        }

        _least = power < _least || _least is null ? power : _least;
        return power is { } watts && _least is { } least && watts <= (least * Quiet) + QuietMargin;
    }

    private Watts? PowerOf(Moment now, Reading reading)
    {
        if (reading is not Reading.Counter counter)
        {
            return (reading as Reading.Power)?.Now;
        }

        var before = _last;
        _last = (now, counter.Total);
        return before is { } last && now > last.At && counter.Total >= last.Total ? (counter.Total - last.Total) / (now - last.At) : null;
    }
}
