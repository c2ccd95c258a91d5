using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Agent.Config;

/// <summary>Reads values as operators write them. Each answers the value, or why it is none.</summary>
internal static partial class ConfigValue
{
    public static (string Value, string? Problem) Text(string text) => (text, null);

    /// <summary>A number with a unit: 200ms, 1s, 5m, 1h.</summary>
    public static (TimeSpan Value, string? Problem) Duration(string text, TimeSpan least, TimeSpan most)
    {
        var match = DurationForm.Match(text);
        if (!match.Success || !double.TryParse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture, out var number))
        {
            return (default, $"'{text}' is no duration: write a number and ms, s, m or h, such as 200ms or 1s");
        }

        var value = match.Groups["unit"].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromHours(number),
        };
        return (value, value >= least && value <= most ? null : $"{text} is out of range: {Of(least)} to {Of(most)}");
    }

    public static (Enabled Value, string? Problem) Switch(string text) => text switch
    {
        "auto" => (Enabled.Auto, null),
        "true" => (Enabled.True, null),
        "false" => (Enabled.False, null),
        _ => (default, $"'{text}' is none of auto, true, false"),
    };

    public static (string Value, string? Problem) OneOf(string text, params string[] choices) =>
        (text, choices.Contains(text) ? null : $"'{text}' is none of {string.Join(", ", choices)}");

    public static (double Value, string? Problem) Number(string text, double least, double most) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)
            ? (default, $"'{text}' is no number")
            : (number, number >= least && number <= most ? null : string.Create(CultureInfo.InvariantCulture, $"{text} is out of range: {least} to {most}"));

    /// <summary>An IP address and a port, such as 127.0.0.1:10056 or [::1]:10056.</summary>
    public static (string Value, string? Problem) Address(string text) =>
        (text, IPEndPoint.TryParse(text, out var address) && address.Port != 0 && text.EndsWith($":{address.Port}", StringComparison.Ordinal)
            ? null
            : $"'{text}' is no address: write an IP address and a port, such as 127.0.0.1:10056 or [::1]:10056");

    /// <summary>Ollama's address, as in OLLAMA_HOST: with or without http://.</summary>
    public static (string Value, string? Problem) Upstream(string text)
    {
        var good = Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.Host.Length > 0
            && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" };

        // The value is not repeated: it may hold a password.
        return (text, good ? null : "is no address of an Ollama: write http://host:port, without user or path");
    }

    public static (string Value, string? Problem) Folder(string text) =>
        (text, Path.IsPathRooted(text) ? null : $"'{text}' is no absolute path");

    /// <summary>A duration as it is written.</summary>
    public static string Of(TimeSpan time)
    {
        var (number, unit) = time switch
        {
            { TotalSeconds: < 1 } => (time.TotalMilliseconds, "ms"),
            { TotalMinutes: < 1 } => (time.TotalSeconds, "s"),
            { TotalHours: < 1 } => (time.TotalMinutes, "m"),
            _ => (time.TotalHours, "h"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
    }

    [GeneratedRegex(@"^(?<number>\d{1,9}(\.\d{1,9})?)(?<unit>ms|s|m|h)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex DurationForm { get; }
}
