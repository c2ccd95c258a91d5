using System.Globalization;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>Reads a runner's <c>/metrics</c>, Prometheus text format.</summary>
/// <remarks>
/// llama-server prints every number as a C++ stream prints a double: six significant digits. Up to 999,999 tokens are
/// exact; a runner that counted more shows steps of ten, hundred and so on. The error stays below one step and does not add up.
/// </remarks>
internal static class MetricsText
{
    /// <summary>The counters among the numbers.</summary>
    /// <returns>Null where a counter is missing or is no number.</returns>
    public static RunnerCounters? Parse(ReadOnlySpan<byte> text)
    {
        double? prompt = null, cached = null, promptSeconds = null, generated = null, generationSeconds = null;
        foreach (var line in Lines.Of(text))
        {
            if (!line.StartsWith("llamacpp:"u8))
            {
                continue;
            }

            var fields = new Fields(line["llamacpp:"u8.Length..]);
            fields.Next();
            switch (fields.Current)
            {
                case var name when name.SequenceEqual("prompt_tokens_total"u8):
                    prompt = Value(fields);
                    break;
                case var name when name.SequenceEqual("prompt_tokens_cached_total"u8):
                    cached = Value(fields);
                    break;
                case var name when name.SequenceEqual("prompt_seconds_total"u8):
                    promptSeconds = Value(fields);
                    break;
                case var name when name.SequenceEqual("tokens_predicted_total"u8):
                    generated = Value(fields);
                    break;
                case var name when name.SequenceEqual("tokens_predicted_seconds_total"u8):
                    generationSeconds = Value(fields);
                    break;
                default:
                    break;
            }
        }

        return prompt is { } promptTokens && promptSeconds is { } promptTime
            && generated is { } generatedTokens && generationSeconds is { } generationTime
            ? new RunnerCounters((long)promptTokens, (long?)cached, promptTime, (long)generatedTokens, generationTime)
            : null;
    }

    /// <summary>The number after a name; null for what cannot be a counter.</summary>
    private static double? Value(Fields fields) =>
        fields.Next() && double.TryParse(fields.Current, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && value is >= 0 and < long.MaxValue
            ? value
            : null;
}
