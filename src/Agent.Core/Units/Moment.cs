namespace Agent.Core.Units;

/// <summary>
/// An instant of the machine's monotonic clock, as the time since an origin of the agent's choice. Only differences
/// mean anything: it neither steps with the wall clock nor counts the time the machine was suspended.
/// </summary>
public readonly record struct Moment(TimeSpan SinceOrigin) : IComparable<Moment>
{
    public static Moment FromSeconds(double seconds) => new(TimeSpan.FromSeconds(seconds));

    public static Moment Min(Moment one, Moment other) => one <= other ? one : other;

    public static Moment Max(Moment one, Moment other) => one >= other ? one : other;

    public int CompareTo(Moment other) => SinceOrigin.CompareTo(other.SinceOrigin);

    public static TimeSpan operator -(Moment later, Moment earlier) => later.SinceOrigin - earlier.SinceOrigin;

    public static Moment operator -(Moment moment, TimeSpan time) => new(moment.SinceOrigin - time);

    public static Moment operator +(Moment moment, TimeSpan time) => new(moment.SinceOrigin + time);

    public static bool operator <(Moment one, Moment other) => one.SinceOrigin < other.SinceOrigin;

    public static bool operator >(Moment one, Moment other) => one.SinceOrigin > other.SinceOrigin;

    public static bool operator <=(Moment one, Moment other) => one.SinceOrigin <= other.SinceOrigin;

    public static bool operator >=(Moment one, Moment other) => one.SinceOrigin >= other.SinceOrigin;
}
