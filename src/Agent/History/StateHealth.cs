using Agent.Core.Units;

namespace Agent.History;

/// <summary>Whether the state is being kept, what was in the way, and when to try again. Says each trouble once, and its end.</summary>
internal sealed partial class StateHealth(MonotonicClock clock, ILogger log)
{
    private static readonly TimeSpan ShortestBackOff = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(1);

    private readonly Dictionary<StateReason, long> _failures = [];
    private readonly HashSet<StateReason> _said = [];
    private TimeSpan _backOff = ShortestBackOff;

    public bool Up { get; private set; } = true;

    /// <summary>When to try again, while it is not up.</summary>
    public Moment Retry { get; private set; }

    /// <summary>Failures so far.</summary>
    public IReadOnlyDictionary<StateReason, long> Failures => new Dictionary<StateReason, long>(_failures);

    public void Failed(StateFault fault)
    {
        Up = false;
        _failures[fault.Reason] = _failures.GetValueOrDefault(fault.Reason) + 1;
        Retry = clock.Now + _backOff;
        _backOff = _backOff * 2 < LongestBackOff ? _backOff * 2 : LongestBackOff;
        if (_said.Add(fault.Reason))
        {
            SaidFault(fault.Text, fault.Fix);
        }
    }

    public void Worked()
    {
        if (!Up)
        {
            SaidWell();
        }

        Up = true;
        _backOff = ShortestBackOff;
        _said.Clear();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text} Metrics go on. {Fix}")]
    private partial void SaidFault(string text, string fix);

    [LoggerMessage(Level = LogLevel.Information, Message = "Totals are kept over restarts again.")]
    private partial void SaidWell();
}
