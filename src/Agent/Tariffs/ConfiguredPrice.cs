using System.Globalization;
using Agent.Core.Carbon;

namespace Agent.Tariffs;

/// <summary>A fixed price, or prices by time of use.</summary>
internal sealed class ConfiguredPrice(Tariff tariff, string currency) : IPriceSource
{
    public double? At(DateTimeOffset time) => tariff.At(time);

    public Finding Check(DateTimeOffset now)
    {
        var rules = tariff.Rules.Count == 0 ? "" : $", by cost.time_of_use and the clocks of {tariff.Zone.Id}";
        return At(now) is { } price
            ? new(Verdict.Good, "cost", string.Create(CultureInfo.InvariantCulture, $"A kilowatt hour costs {price} {currency} now{rules}."))
            : new(Verdict.Warning, "cost", $"No price holds now{rules}: this energy is not costed.", "Set cost.price_per_kwh: it holds where no rule does.");
    }
}
