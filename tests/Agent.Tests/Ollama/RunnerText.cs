using System.Globalization;

namespace Agent.Tests.Ollama;

/// <summary>What a llama-server prints.</summary>
internal static class RunnerText
{
    /// <summary>Its answer while it loads, to everything.</summary>
    public const string Loading = """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""";

    /// <summary>Its answer to an endpoint that is switched off.</summary>
    public const string Off = """{"error":{"code":501,"message":"This server does not support metrics endpoint. Start it with `--metrics`","type":"not_supported_error"}}""";

    public static string Metrics(IEnumerable<(string Name, string Value)> counters) => string.Concat(counters.Select(counter =>
        $"# HELP llamacpp:{counter.Name} Number of things\n# TYPE llamacpp:{counter.Name} counter\nllamacpp:{counter.Name} {counter.Value}\n"));

    public static string Metrics(long prompt, double promptSeconds, long generated, double generationSeconds) => Metrics(
    [
        ("prompt_tokens_total", $"{prompt}"),
        ("prompt_tokens_cached_total", "0"),
        ("prompt_seconds_total", promptSeconds.ToString(CultureInfo.InvariantCulture)),
        ("tokens_predicted_total", $"{generated}"),
        ("tokens_predicted_seconds_total", generationSeconds.ToString(CultureInfo.InvariantCulture)),
        ("n_decode_total", $"{generated}"),
    ]);

    public static string Slots(bool busy, long task, long decoded) =>
        $$"""[{"id":0,"n_ctx":4096,"speculative":false,"is_processing":{{(busy ? "true" : "false")}},"id_task":{{task}},"next_token":[{"has_next_token":true,"n_remain":-1,"n_decoded":{{decoded}}}]}]""";
}
