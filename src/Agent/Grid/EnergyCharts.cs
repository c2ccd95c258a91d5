using System.Text.Json;
using Agent.Core.Carbon;

namespace Agent.Grid;

/// <summary>Energy-Charts (Fraunhofer ISE): European countries, by quarter hours or hours, with a forecast.</summary>
internal sealed class EnergyCharts(GridHttp http, string zone, string address = EnergyCharts.Public) : IIntensityProvider
{
    public const string Public = "https://api.energy-charts.info";

    private static readonly TimeSpan LongestStep = TimeSpan.FromHours(1);

    public string Name => "energy_charts";

    public string Zone => zone.ToUpperInvariant();

    public EmissionScope? Scope => EmissionScope.Lifecycle;

    public TimeSpan ShortestInterval => TimeSpan.FromMinutes(10);

    public Task<GridAnswer> AskAsync(GridValidators known, DateTimeOffset now, CancellationToken cancel) =>
        http.AskAsync(new Uri($"{address}/co2eq?country={Uri.EscapeDataString(zone.ToLowerInvariant())}"), null, known, now, Read, cancel);

    private static (IEnumerable<GridValue> Values, string? Problem) Read(JsonElement answer) => (Values(answer), null);

    private static IEnumerable<GridValue> Values(JsonElement answer)
    {
        var times = answer.GetProperty("unix_seconds").EnumerateArray().Select(time => DateTimeOffset.FromUnixTimeSeconds(time.GetInt64())).ToArray();
        var measured = Numbers(answer, "co2eq");
        var foreseen = Numbers(answer, "co2eq_forecast");
        for (var i = 0; i < times.Length; i++)
        {
            var step = i + 1 < times.Length ? times[i + 1] - times[i] : i > 0 ? times[i] - times[i - 1] : LongestStep;
            var to = times[i] + (step > TimeSpan.Zero && step < LongestStep ? step : LongestStep);
            if ((i < measured.Length ? measured[i] : null) is { } grams)
            {
                yield return new GridValue(times[i], to, grams);
            }
            else if ((i < foreseen.Length ? foreseen[i] : null) is { } forecast)
            {
                yield return new GridValue(times[i], to, forecast, Forecast: true);
            }
        }
    }

    private static double?[] Numbers(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : (double?)null)]
            : [];
}
