using System.Text.Json;
using Agent.Core.Attribution;

namespace Agent.Recording;

/// <summary>A recording being read.</summary>
/// <param name="file">Its bytes; closed with this.</param>
/// <param name="name">How problems call it.</param>
internal sealed class RecordingReader(Stream file, string name) : IDisposable
{
    private readonly RecordedLines _lines = new(file);

    /// <summary>What is wrong with it, with the place; null where nothing was found.</summary>
    public string? Problem { get; private set; }

    /// <summary>Its last line was not whole, and is not read.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The first line.</summary>
    /// <returns>Null where there is a problem.</returns>
    public RecordingHeader? Begin()
    {
        try
        {
            if (!_lines.MoveNext() || FormatOf(_lines.Current) is not { } format)
            {
                Problem = $"{name}: is no recording of joulet";
            }
            else if (format > RecordingHeader.NewestFormat)
            {
                Problem = $"{name}: was written by a newer joulet (format {format}, this one reads up to {RecordingHeader.NewestFormat}): replay it with that one";
            }
            else
            {
                return JsonSerializer.Deserialize(_lines.Current.Span, RecordingJson.Header);
            }
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidDataException or IOException)
        {
            Problem = Tell(failure);
        }

        return null;
    }

    /// <summary>The next event.</summary>
    /// <returns>Null at the end, and where there is a problem.</returns>
    public LedgerEvent? Next()
    {
        try
        {
            return Problem is null && !IsCut && _lines.MoveNext()
                ? JsonSerializer.Deserialize(_lines.Current.Span, RecordingJson.Event) ?? throw new JsonException("null is no event")
                : null;
        }
        catch (JsonException) when (_lines.IsCut)
        {
            IsCut = true;
            return null;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidDataException or IOException)
        {
            Problem = Tell(failure);
            return null;
        }
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>The version of the format; null where the line is no header.</summary>
    private static int? FormatOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(RecordingHeader.Mark, out var mark)
                && mark.ValueKind == JsonValueKind.Number
                && mark.TryGetInt32(out var format)
                    ? format
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Tell(Exception failure) => failure switch
    {
        JsonException json => $"{name}:{_lines.Number}: {Reason(json)}",
        NotSupportedException => $"{name}:{_lines.Number}: says not what it is (\"type\")",
        InvalidDataException => $"{name}:{_lines.Number + 1}: {failure.Message}",
        _ => $"{name}: cannot be read: {failure.Message}",
    };

    /// <summary>The parser's words without its own line number: it knows one line only.</summary>
    private static string Reason(JsonException json)
    {
        var end = json.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        end = end < 0 ? json.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal) : end;
        var place = json.BytePositionInLine is { } at ? $" ({json.Path}, byte {at})" : "";
        return $"{(end < 0 ? json.Message : json.Message[..end])}{place}";
    }
}
