using System.Text.Json;

namespace Agent.Proxy;

/// <summary>
/// Asks Ollama for the usage of an OpenAI stream whose client did not: <see cref="UsageChunkRemover"/> takes it out
/// of the answer again.
/// </summary>
internal static class UsageInjection
{
    /// <summary>Deepest nesting of a body that is changed. Ollama's decoder allows 10 000.</summary>
    private const int MaxDepth = 1000;

    private static ReadOnlySpan<byte> Option => ",\"stream_options\":{\"include_usage\":true}"u8;

    /// <summary>
    /// The body with the option in it; null where it is to be passed as it is: no stream, the client asks itself, or not one
    /// whole and valid JSON object. Of two members of one name Ollama lets the later one add to the earlier: so the option comes last.
    /// </summary>
    /// <param name="body">All of it, not compressed.</param>
    public static byte[]? Ask(Route route, ReadOnlySpan<byte> body)
    {
        if (route.Kind is not (RouteKind.OpenAIChat or RouteKind.OpenAICompletions))
        {
            return null;
        }

        var peek = new RequestPeek(route);
        peek.Feed(body);
        return peek is { Streams: true, AsksForUsage: false } && End(body) is { } end
            ? [.. body[..end], .. Option, .. body[end..]]
            : null;
    }

    /// <summary>Where the object's closing brace is; null where the body is not valid.</summary>
    private static int? End(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            var end = 0L;
            while (json.Read())
            {
                end = json.TokenStartIndex;
            }

            return (int)end;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
