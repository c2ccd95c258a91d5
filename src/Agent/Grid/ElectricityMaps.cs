using System.Text.Json;
using Agent.Core.Carbon;

namespace Agent.Grid;

/// <summary>Electricity Maps, API v3: consumption-based averages, flow-traced. Needs a key.</summary>
/// <remarks>
/// It would answer for the place that an unknown zone is asked from; that is switched off, and the answer's zone compared.
/// </remarks>
/// <param name="token">Reads the key: it may have been changed.</param>
internal sealed class ElectricityMaps(GridHttp http, string zone, EmissionScope scope, Func<string> token, string address = ElectricityMaps.Public) : IIntensityProvider
{
    public const string Public = "https://api.electricitymaps.com";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public string Name => "electricity_maps";

    public string Zone => zone;

    public EmissionScope? Scope => scope;

    /// <summary>A free key is good for some fifty requests an hour.</summary>
    public TimeSpan ShortestInterval => TimeSpan.FromMinutes(5);

    public Task<GridAnswer> AskAsync(GridValidators known, DateTimeOffset now, CancellationToken cancel)
    {
        var kind = scope == EmissionScope.Direct ? "direct" : "lifecycle";
        var question = new Uri($"{address}/v3/carbon-intensity/latest?zone={Uri.EscapeDataString(zone)}&emissionFactorType={kind}&shouldUseFallbackCallerLookup=false");
        return http.AskAsync(question, ("auth-token", token()), known, now, Read, cancel);
    }

    private (IEnumerable<GridValue> Values, string? Problem) Read(JsonElement answer)
    {
        if (answer.GetProperty("zone").GetString() is var told && !string.Equals(told, zone, StringComparison.OrdinalIgnoreCase))
        {
            return ([], $"Electricity Maps answers for another zone than {zone}: {Plain(told)}.");
        }

        if (answer.GetProperty("carbonIntensity") is not { ValueKind: JsonValueKind.Number } grams)
        {
            return ([], $"Electricity Maps has no intensity of {zone} now.");
        }

        var from = answer.GetProperty("datetime").GetDateTimeOffset();
        var estimated = answer.TryGetProperty("isEstimated", out var flag) && flag.ValueKind == JsonValueKind.True;
        return ([new GridValue(from, from + Hour, grams.GetDouble(), Estimated: estimated)], null);
    }

    /// <summary>A zone as it is written; anything else is not repeated.</summary>
    private static string Plain(string? zone) => zone is { Length: > 0 and < 40 } && zone.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-') ? zone : "unknown";
}
