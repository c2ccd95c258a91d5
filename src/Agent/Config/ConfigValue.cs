using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Agent.Config;

/// <summary>Reads values as operators write them. Each answers the value, or why it is none.</summary>
internal static partial class ConfigValue
{
    /// <summary>A number with a unit: 200ms, 1s, 5m, 1h.</summary>
    public static (TimeSpan Value, string? Problem) Duration(string text, TimeSpan least, TimeSpan most)
    {
        var match = DurationForm.Match(text);
        if (!match.Success || !double.TryParse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture, out var number))
        {
            return (default, $"'{text}' is no duration: write a number and ms, s, m or h, such as 200ms or 1s");
        }

        var seconds = number * match.Groups["unit"].Value switch
        {
            "ms" => 0.001,
            "s" => 1,
            "m" => 60,
            _ => 3600,
        };

        // Compared as seconds: what is written may be more than a TimeSpan holds.
        return seconds >= least.TotalSeconds && seconds <= most.TotalSeconds
            ? (TimeSpan.FromSeconds(seconds), null)
            : (default, $"{text} is out of range: {Of(least)} to {Of(most)}");
    }

    public static (Enabled Value, string? Problem) Switch(string text) => text switch
    {
        "auto" => (Enabled.Auto, null),
        "true" => (Enabled.True, null),
        "false" => (Enabled.False, null),
        _ => (default, $"'{text}' is none of auto, true, false"),
    };

    /// <summary>One of a closed family, written in small letters.</summary>
    public static (T Value, string? Problem) Choice<T>(string text)
        where T : struct, Enum
    {
        var choices = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        var place = Array.IndexOf(choices, text);
        return place >= 0 ? (Enum.GetValues<T>()[place], null) : (default, $"'{text}' is none of {string.Join(", ", choices)}");
    }

    public static (int Value, string? Problem) Whole(string text, int least, int most) =>
        !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most
            ? (default, $"'{text}' is no whole number from {least} to {most}")
            : (number, null);

    /// <summary>Names and places joined by dots.</summary>
    public static (string Value, string? Problem) JsonPath(string text) =>
        (text, text.Split('.').All(part => part.Length > 0) ? null : $"'{text}' is no path such as sensors.0.power");

    /// <summary>A chip and what of it, such as ina3221/VDD_IN.</summary>
    public static (string Value, string? Problem) ChipPart(string text) =>
        (text, text.Split('/') is [{ Length: > 0 }, { Length: > 0 }] ? null : $"'{text}' is no chip and label or file, such as ina3221/VDD_IN");

    /// <summary>Any text; a line of it.</summary>
    public static (string Value, string? Problem) Text(string text) =>
        (text, text.All(letter => !char.IsControl(letter)) ? null : "holds control characters");

    /// <summary>A meter's place: an HTTP address without a user, or an absolute path.</summary>
    public static (string Value, string? Problem) Meter(string text) =>
        Path.IsPathRooted(text) || Endpoint(text).Problem is null
            ? (text, null)
            : ("", "is neither http://host without user nor an absolute path"); // not repeated: it may hold a password

    public static (string Value, string? Problem) OneOf(string text, params string[] choices) =>
        (text, choices.Contains(text) ? null : $"'{text}' is none of {string.Join(", ", choices)}");

    public static (double Value, string? Problem) Number(string text, double least, double most) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)
            ? (default, $"'{text}' is no number")
            : (number, number >= least && number <= most ? null : string.Create(CultureInfo.InvariantCulture, $"{text} is out of range: {least} to {most}"));

    /// <summary>An IP address and a port, such as 127.0.0.1:10056 or [::1]:10056.</summary>
    public static (string Value, string? Problem) Address(string text) =>
        (text, IPEndPoint.TryParse(text, out var address) && address.Port != 0 && IsAsWritten(address, text)
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

    public static (string Value, string? Problem) AbsolutePath(string text) =>
        (text, Path.IsPathRooted(text) ? null : $"'{text}' is no absolute path");

    /// <summary>An absolute path; empty for none.</summary>
    public static (string Value, string? Problem) PathOrNone(string text) => text.Length == 0 ? ("", null) : AbsolutePath(text);

    /// <summary>A library: a name the loader looks for, or an absolute path.</summary>
    public static (string Value, string? Problem) Library(string text) =>
        (text, text.Length > 0 && (Path.IsPathRooted(text) || !text.Contains('/', StringComparison.Ordinal))
            ? null
            : $"'{text}' is neither a library's name nor an absolute path");

    /// <summary>A systemd service; empty for none.</summary>
    public static (string Value, string? Problem) Unit(string text) =>
        (text, text.Length == 0 || (text.EndsWith(".service", StringComparison.Ordinal) && !text.AsSpan().ContainsAny('/', ' '))
            ? null
            : $"'{text}' is no unit, such as ollama.service");

    /// <summary>Where a message bus listens, as D-Bus writes it.</summary>
    public static (string Value, string? Problem) BusAddress(string text) =>
        (text, text.IndexOf(':', StringComparison.Ordinal) > 0 ? null : $"'{text}' is no D-Bus address, such as unix:path=/run/dbus/system_bus_socket");

    /// <summary>An ISO 3166 code or a provider's zone.</summary>
    public static (string Value, string? Problem) Zone(string text) =>
        (text, text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? null : $"'{text}' is no zone, such as DE or US-CAL-CISO");

    public static (string Value, string? Problem) Currency(string text) =>
        (text, text.Length == 3 && text.All(char.IsAsciiLetterUpper) ? null : $"'{text}' is no ISO 4217 code, such as EUR");

    public static (string Value, string? Problem) Endpoint(string text)
    {
        var good = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { Host.Length: > 0, UserInfo: "" };

        // The value is not repeated: it may hold a password.
        return (text, good ? null : "is no address: write http://host:port or https://host:port, without user");
    }

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

    /// <summary>The parser also takes short forms of IPv4 (1:80 as 0.0.0.1:80), and a lone IPv6 address as one with port 0.</summary>
    private static bool IsAsWritten(IPEndPoint address, string text) =>
        text == address.ToString() || (address.AddressFamily == AddressFamily.InterNetworkV6 && text.StartsWith('['));

    [GeneratedRegex(@"^(?<number>\d{1,9}(\.\d{1,9})?)(?<unit>ms|s|m|h)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex DurationForm { get; }
}
