using Agent.Core.Carbon;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What one account was booked with in an hour.</summary>
/// <param name="Energy">Drawn.</param>
/// <param name="Estimated">What of it was not measured.</param>
/// <param name="Seconds">Wall time in that phase; of idle, the time that was watched.</param>
/// <param name="Emissions">Emitted.</param>
/// <param name="LiveGrams">What of them was reckoned by an intensity of that hour, live or forecast, and not by an average or an older one.</param>
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

    /// <summary>What is more here than there; nothing is less than zero.</summary>
    public HourCell Beyond(HourCell other) => new(
        new Joules(Math.Max(0, Energy.Value - other.Energy.Value)),
        new Joules(Math.Max(0, Estimated.Value - other.Estimated.Value)),
        Math.Max(0, Seconds - other.Seconds),
        new Emissions(Math.Max(0, Emissions.Location - other.Emissions.Location), Math.Max(0, Emissions.Market - other.Emissions.Market)),
        Math.Max(0, LiveGrams - other.LiveGrams),
        new Cost(Math.Max(0, Cost.Paid - other.Cost.Paid), Math.Max(0, Cost.Earned - other.Cost.Earned)));

    /// <summary>A part of it, 0 to 1.</summary>
    public HourCell Part(double share) => new(
        Energy * share, Estimated * share, Seconds * share, new Emissions(Emissions.Location * share, Emissions.Market * share), LiveGrams * share, new Cost(Cost.Paid * share, Cost.Earned * share));
}
