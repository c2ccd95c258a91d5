using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.Sensors.PowerState;

/// <summary>How the processors save power, and which savings of other devices are off: from plain files, every 10 s.</summary>
internal sealed class CpuStateSensor(PowerStateConfig config, PathsConfig paths, MonotonicClock clock) : ISensor
{
    public const string Name = "cpu";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    /// <summary>Rounds come a little early or late: ten seconds must not turn into eleven.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(50);

    private readonly CpuStateReader _reader = new(paths, clock);
    private readonly CpuSurroundings _surroundings = new(paths);
    private Moment? _looked;

    public IReadOnlyList<Finding> Check()
    {
        if (config.Enabled == Enabled.False)
        {
            return [new Finding(Verdict.Absent, Name, "How the processors save power is not read (power_state.enabled: false).")];
        }

        var once = new CpuStateReader(paths, clock);
        return CpuFindings.Of(once.Read(), once.Idle, _surroundings);
    }

    public IEnumerable<LedgerEvent> Read()
    {
        var now = clock.Now;
        if (config.Enabled == Enabled.False || now - _looked < LookEvery - Slack || !_surroundings.HasCpus)
        {
            return [];
        }

        _looked = now;
        return [new LedgerEvent.CpuStateRead(clock.Now, _reader.Read())];
    }
}
