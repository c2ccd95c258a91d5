using Agent.Core.Carbon;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What one account was booked with in an hour.</summary>
/// <param name="Energy">Drawn.</param>
/// <param name="Estimated">What of it was not measured.</param>
/// <param name="Seconds">Wall time in that phase; of idle, the time that was watched.</param>
/// <param name="Emissions">Emitted.</param>
/// <param name="LiveGrams">What of them was reckoned by an intensity of that hour, and not by an average or an older one.</param>
/// <param name="Cost">In the key's currency.</param>
public readonly record struct HourCell(Joules Energy, Joules Estimated, double Seconds, Emissions Emissions, double LiveGrams, Cost Cost)
{
    public static HourCell operator +(HourCell one, HourCell other) => new(
        one.Energy + other.Energy,
        one.Estimated + other.Estimated,
        one.Seconds + other.Seconds,
        one.Emissions + other.Emissions,
        one.LiveGrams + other.LiveGrams,
        one.Cost + other.Cost);
}
