using System.Text.Json;

namespace Agent.Tests.Grafana;

/// <summary>A dashboard as it is imported.</summary>
internal sealed class DashboardFile(string path)
{
    private readonly JsonElement _root = JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    public static IReadOnlyList<DashboardFile> All { get; } =
        [.. Directory.EnumerateFiles(Repository.Path("grafana/dashboards"), "*.json").Order(StringComparer.Ordinal).Select(path => new DashboardFile(path))];

    public string Name => Path.GetFileNameWithoutExtension(path);

    public JsonElement Root => _root;

    public IReadOnlyList<JsonElement> Variables => [.. _root.GetProperty("templating").GetProperty("list").EnumerateArray()];

    /// <summary>All but headings.</summary>
    public IReadOnlyList<JsonElement> Panels => [.. _root.GetProperty("panels").EnumerateArray().Where(panel => panel.GetProperty("type").GetString() != "row")];

    /// <summary>Every query of a panel, with the panel's title.</summary>
    public IEnumerable<(string Panel, string Query)> Queries =>
        from panel in Panels
        from target in panel.GetProperty("targets").EnumerateArray()
        select (panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!);

    /// <summary>A query as Grafana sends it, of all hosts and models.</summary>
    public static string Filled(string query, string range) => query
        .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
        .Replace("$__range", range, StringComparison.Ordinal)
        .Replace("$job", ".+", StringComparison.Ordinal)
        .Replace("$instance", ".+", StringComparison.Ordinal)
        .Replace("$model", ".+", StringComparison.Ordinal);

    public override string ToString() => Name;
}
