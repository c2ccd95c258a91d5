using System.Text.RegularExpressions;

namespace Agent.Tests.Grafana;

/// <summary>What a query names. No parser: promtool is one, and has been over it.</summary>
internal static partial class PromQl
{
    /// <summary>Series a query asks for, each with the labels it asks them by, and the values of those.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<(string Label, string Values)> Matchers)> Series(string query) => Name.Matches(query)
        .Where(match => !match.Groups["call"].Success && match.Groups["name"].Value is var name && (name.StartsWith("joulet", StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || string.Equals(name, "up", StringComparison.Ordinal)))
        .Select(match => (
            match.Groups["name"].Value,
            (IReadOnlyList<(string, string)>)[.. Matcher.Matches(match.Groups["matchers"].Value).Select(matcher => (matcher.Groups["label"].Value, matcher.Groups["values"].Value))]));

    /// <summary>Labels it groups and matches by.</summary>
    public static IEnumerable<string> Groupings(string query) => Grouping.Matches(query)
        .SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Labels it makes.</summary>
    public static IEnumerable<string> Made(string query) => Making.Matches(query).Select(match => match.Groups["label"].Value);

    [GeneratedRegex("""(?<![\w:".\[])(?<name>[a-zA-Z_][\w:]*)\s*(?<call>\()?(\{(?<matchers>([^"}]|"[^"]*")*)\})?""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name { get; }

    [GeneratedRegex(@"(?<label>\w+)\s*(=~|!~|!=|=)\s*""(?<values>[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Matcher { get; }

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[\w\s,]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grouping { get; }

    [GeneratedRegex(@"count_values\s*((by|without)\s*\([\w\s,]*\)\s*)?\(\s*""(?<label>\w+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Making { get; }
}
