namespace Agent.Core.Units;

/// <summary>Power, in watts.</summary>
public readonly record struct Watts(double Value) : IComparable<Watts>
{
    /// <summary>No power.</summary>
    public static Watts Zero => default;

    public static Watts FromMicrowatts(double microwatts) => new(microwatts / 1e6);

    public static Watts FromMilliwatts(double milliwatts) => new(milliwatts / 1e3);

    public static Watts Max(Watts one, Watts other) => one.Value >= other.Value ? one : other;

    public int CompareTo(Watts other) => Value.CompareTo(other.Value);

    public static Watts operator +(Watts one, Watts other) => new(one.Value + other.Value);

    public static Watts operator -(Watts one, Watts other) => new(one.Value - other.Value);

    public static Watts operator *(Watts power, double factor) => new(power.Value * factor);

    public static Joules operator *(Watts power, TimeSpan time) => new(power.Value * time.TotalSeconds);

    public static bool operator <(Watts one, Watts other) => one.Value < other.Value;

    public static bool operator >(Watts one, Watts other) => one.Value > other.Value;

    public static bool operator <=(Watts one, Watts other) => one.Value <= other.Value;

    public static bool operator >=(Watts one, Watts other) => one.Value >= other.Value;
}
