using System.Globalization;
using System.Text.Json;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>Reads JSON of which nothing is known for sure: what is not there, or is of another kind, is null.</summary>
internal static class WallJson
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 16 };

    /// <summary>Takes an answer out of a text.</summary>
    /// <param name="text">UTF-8, perhaps.</param>
    /// <param name="teller">Who told it, at the start of a sentence.</param>
    /// <param name="take">Takes it from the JSON.</param>
    public static WallAnswer Read(ReadOnlyMemory<byte> text, string teller, Func<JsonElement, WallAnswer> take)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Limits);
            return take(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException) // the latter: a text that is no UTF-8
        {
            return new WallAnswer.Nothing(
                MissingCause.Error,
                IsPage(text.Span) ? $"{teller} answered with a page for people, not with JSON." : $"{teller} did not answer with whole JSON.",
                "See that sensors.wall.address and sensors.wall.kind are right; restart the meter if they are.");
        }
    }

    public static JsonElement? Named(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    public static JsonElement? Placed(this JsonElement element, int place) =>
        element.ValueKind == JsonValueKind.Array && place < element.GetArrayLength() ? element[place] : null;

    public static int Length(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } list ? list.GetArrayLength() : 0;

    /// <summary>A number, also one that is written as a text.</summary>
    public static double? Number(this JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Number } number => number.TryGetDouble(out var value) ? value : null,
        { ValueKind: JsonValueKind.String } text => NumberOf(text.GetString()),
        _ => null,
    };

    public static double? NumberOf(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static bool Is(this JsonElement? element, bool value) =>
        element?.ValueKind == (value ? JsonValueKind.True : JsonValueKind.False);

    /// <summary>A short word that may stand in a log; null for all else.</summary>
    public static string? Word(this JsonElement? element)
    {
        const int Longest = 40;
        return element is { ValueKind: JsonValueKind.String } text
            && text.GetString() is { Length: > 0 and <= Longest } word
            && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or ' ')
            ? word
            : null;
    }

    private static bool IsPage(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
}
