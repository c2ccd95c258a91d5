using System.Collections.Immutable;
using System.Text.Json;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>Reads a runner's <c>/slots</c>. Prompts, which it shows in debug mode, are stepped over.</summary>
internal static class SlotsJson
{
    /// <summary>Most slots of one runner; Ollama's default is 1.</summary>
    private const int MaxSlots = 1024;

    /// <summary>The slots in their order; null where it is not an array of slots.</summary>
    public static ImmutableArray<RunnerSlot>? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return null;
            }

            var slots = ImmutableArray.CreateBuilder<RunnerSlot>();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                if (ReadSlot(ref reader) is not { } slot || slots.Count == MaxSlots)
                {
                    return null;
                }

                slots.Add(slot);
            }

            return reader.TokenType == JsonTokenType.EndArray && !reader.Read() ? slots.DrainToImmutable() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>One slot; null where it does not say whether it is busy.</summary>
    private static RunnerSlot? ReadSlot(ref Utf8JsonReader reader)
    {
        bool? busy = null;
        long? task = null;
        var (decoded, prompt, cached) = (0L, 0L, 0L);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("is_processing"u8))
            {
                reader.Read();
                busy = reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("id_task"u8))
            {
                task = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("n_prompt_tokens_processed"u8))
            {
                prompt = ReadNumber(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("n_prompt_tokens_cache"u8))
            {
                cached = ReadNumber(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("next_token"u8))
            {
                decoded = ReadDecoded(ref reader) ?? 0;
            }
            else
            {
                reader.Skip();
            }
        }

        return busy is { } known ? new RunnerSlot(known, task, decoded, prompt, cached) : null;
    }

    /// <summary>The number decoded of the first token's state: in an array, which may be empty, or in an object of older builds.</summary>
    private static long? ReadDecoded(ref Utf8JsonReader reader)
    {
        long? decoded = null;
        reader.Read();
        var depth = reader.CurrentDepth;
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return null;
        }

        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("n_decoded"u8))
            {
                decoded ??= ReadNumber(ref reader);
            }
        }

        return decoded;
    }

    private static long? ReadNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        var number = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : (long?)null;
        reader.Skip();
        return number;
    }
}
