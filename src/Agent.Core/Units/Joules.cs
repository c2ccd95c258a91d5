namespace Agent.Core.Units;

/// <summary>An amount of energy, in joules (1 J = 1 W · 1 s; 3 600 000 J = 1 kWh).</summary>
public readonly record struct Joules(double Value) : IComparable<Joules>
{
    /// <summary>No energy.</summary>
    public static Joules Zero => default;

    public static Joules FromMicrojoules(double microjoules) => new(microjoules / 1e6);

    public static Joules FromMillijoules(double millijoules) => new(millijoules / 1e3);

    public static Joules Min(Joules one, Joules other) => one.Value <= other.Value ? one : other;

    public static Joules Max(Joules one, Joules other) => one.Value >= other.Value ? one : other;

    public int CompareTo(Joules other) => Value.CompareTo(other.Value);

    public static Joules operator +(Joules one, Joules other) => new(one.Value + other.Value);

    public static Joules operator -(Joules one, Joules other) => new(one.Value - other.Value);

    public static Joules operator *(Joules energy, double factor) => new(energy.Value * factor);

    public static double operator /(Joules one, Joules other) => one.Value / other.Value;

    public static Watts operator /(Joules energy, TimeSpan time) => new(energy.Value / time.TotalSeconds);

    public static bool operator <(Joules one, Joules other) => one.Value < other.Value;

    public static bool operator >(Joules one, Joules other) => one.Value > other.Value;

    public static bool operator <=(Joules one, Joules other) => one.Value <= other.Value;

    public static bool operator >=(Joules one, Joules other) => one.Value >= other.Value;
}
