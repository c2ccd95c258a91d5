namespace Agent.Core.Carbon;

/// <summary>Prices by time of use: the first rule that holds, else the usual price.</summary>
/// <param name="Rules">In the operator's order.</param>
/// <param name="Usual">Per kWh; null: there is a rule for every time, or no price where none holds.</param>
/// <param name="Zone">Whose clocks the rules are by.</param>
public sealed record Tariff(IReadOnlyList<TariffRule> Rules, double? Usual, TimeZoneInfo Zone)
{
    /// <summary>The price per kWh at a time; null where there is none.</summary>
    public double? At(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Zone).DateTime;
        return Rules.FirstOrDefault(rule => rule.Holds(local))?.Price ?? Usual;
    }
}
