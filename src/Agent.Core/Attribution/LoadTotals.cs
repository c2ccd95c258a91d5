using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Loads of one model for one cause.</summary>
public readonly record struct LoadTotals(long Count, double Seconds, Joules Energy)
{
    public static LoadTotals operator +(LoadTotals one, LoadTotals other) =>
        new(one.Count + other.Count, one.Seconds + other.Seconds, one.Energy + other.Energy);
}
