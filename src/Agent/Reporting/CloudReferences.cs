using System.Text.Json;
using Agent.Core.History;

namespace Agent.Reporting;

/// <summary>What was published on energy per token in clouds: the table that comes with the program.</summary>
internal static class CloudReferences
{
    public static IReadOnlyList<CloudReference> All { get; } = Read();

    private static IReadOnlyList<CloudReference> Read()
    {
        using var stream = typeof(CloudReferences).Assembly.GetManifestResourceStream("cloud_llm_references.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("references").EnumerateArray().Select(Of)];
    }

    private static CloudReference Of(JsonElement item)
    {
        var joules = item.GetProperty("j_per_output_token");
        return new CloudReference(
            Text(item, "id"),
            Text(item, "name"),
            Text(item, "kind"),
            Text(item, "valid_from"),
            Number(joules, "central") is { } central ? new Estimate(Number(joules, "low") ?? central, central, Number(joules, "high") ?? central) : null,
            Number(item, "gco2e_per_query") is { } grams && Number(item, "query_output_tokens") is { } tokens ? grams / tokens : null,
            Text(item, "boundary"),
            Text(item, "quality"),
            Text(item, "assumptions"),
            Text(item, "source"),
            Text(item, "url"));
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString() ?? "";

    private static double? Number(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
