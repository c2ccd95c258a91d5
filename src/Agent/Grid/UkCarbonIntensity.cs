using System.Globalization;
using System.Text.Json;
using Agent.Core.Carbon;

namespace Agent.Grid;

/// <summary>The UK's Carbon Intensity API (NESO), by half hours; a postcode's first part asks for its region, which is only foreseen.</summary>
internal sealed class UkCarbonIntensity(GridHttp http, string zone, string address = UkCarbonIntensity.Public) : IIntensityProvider
{
    public const string Public = "https://api.carbonintensity.org.uk";

    public string Name => "uk";

    public string Zone => IsNational ? "GB" : zone.ToUpperInvariant();

    /// <summary>Of generation and imports, without upstream emissions: it reads lower than others.</summary>
    public EmissionScope? Scope => EmissionScope.Direct;

    public TimeSpan ShortestInterval => TimeSpan.FromMinutes(10);

    private bool IsNational => zone.ToUpperInvariant() is "" or "GB" or "UK";

    public Task<GridAnswer> AskAsync(GridValidators known, DateTimeOffset now, CancellationToken cancel)
    {
        // From half an hour ago: what was measured is told only once the half hour is over.
        var from = now.UtcDateTime.AddMinutes(-30).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
        var question = new Uri(IsNational ? $"{address}/intensity/{from}/fw24h" : $"{address}/regional/intensity/{from}/fw24h/postcode/{Uri.EscapeDataString(Zone)}");
        return http.AskAsync(question, null, known, now, Read, cancel);
    }

    private (IEnumerable<GridValue> Values, string? Problem) Read(JsonElement answer)
    {
        var data = answer.GetProperty("data");
        if (IsNational)
        {
            return (Values(data), null);
        }

        var region = data.ValueKind == JsonValueKind.Array ? data[0] : data;
        return string.Equals(region.GetProperty("postcode").GetString(), Zone, StringComparison.OrdinalIgnoreCase)
            ? (Values(region.GetProperty("data")), null)
            : ([], $"The UK's Carbon Intensity API answers for another postcode than {Zone}.");
    }

    private static IEnumerable<GridValue> Values(JsonElement halfHours)
    {
        foreach (var item in halfHours.EnumerateArray())
        {
            var (from, to, intensity) = (Time(item, "from"), Time(item, "to"), item.GetProperty("intensity"));
            if (intensity.TryGetProperty("actual", out var actual) && actual.ValueKind == JsonValueKind.Number)
            {
                yield return new GridValue(from, to, actual.GetDouble());
            }
            else if (intensity.TryGetProperty("forecast", out var forecast) && forecast.ValueKind == JsonValueKind.Number)
            {
                yield return new GridValue(from, to, forecast.GetDouble(), Forecast: true);
            }
        }
    }

    private static DateTimeOffset Time(JsonElement item, string name) =>
        DateTimeOffset.Parse(item.GetProperty(name).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
