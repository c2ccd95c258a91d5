using System.Text.Json.Nodes;

namespace Agent.Tests.Binary;

/// <summary>What a request asks for, as far as the recorded answers differ by it.</summary>
internal sealed record RecordedAsk(string Method, string Path, string? Model, bool Stream, bool IncludeUsage, bool Tools, bool Base64)
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">Nothing, or JSON; what is none asks for nothing.</param>
    public static RecordedAsk Of(string method, string path, ReadOnlySpan<byte> body)
    {
        var json = body.StartsWith("{"u8) && body.EndsWith("}"u8) ? JsonNode.Parse(body)!.AsObject() : [];
        var model = (json["model"] as JsonValue)?.ToString();
        return new RecordedAsk(
            method,
            path,
            model?.EndsWith(":latest", StringComparison.Ordinal) == true ? model[..^":latest".Length] : model,
            (json["stream"] as JsonValue)?.GetValue<bool>() ?? path is "/api/generate" or "/api/chat", // where it is said to be left out
            (json["stream_options"] as JsonObject)?["include_usage"]?.GetValue<bool>() == true,
            (json["tools"] as JsonArray)?.Count > 0,
            (json["encoding_format"] as JsonValue)?.ToString() == "base64");
    }
}
