using System.Collections.Immutable;
using System.Text.Json;

namespace Agent.Grid;

/// <summary>What a provider told last, on the disk: an agent that starts without it has it still. Of another provider or zone it is nothing.</summary>
/// <param name="path">The file.</param>
/// <param name="of">Whose it is: provider, zone and scope.</param>
internal sealed class GridCache(string path, string of)
{
    private const int MostBytes = 1 << 20;

    public ImmutableArray<GridValue> Read()
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MostBytes)
            {
                return [];
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.GetProperty("of").GetString() != of ? [] :
            [
                .. document.RootElement.GetProperty("values").EnumerateArray()
                    .Select(value => new GridValue(
                        value.GetProperty("from").GetDateTimeOffset(),
                        value.GetProperty("to").GetDateTimeOffset(),
                        value.GetProperty("grams").GetDouble(),
                        value.GetProperty("forecast").GetBoolean(),
                        value.GetProperty("estimated").GetBoolean()))
                    .Where(value => GridValue.IsValid(value.Grams))
                    .OrderBy(value => value.From),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return []; // it is asked for again soon
        }
    }

    /// <summary>Writes it: whole, or not at all. Where it cannot be, the next start goes without.</summary>
    public void Write(ImmutableArray<GridValue> values)
    {
        try
        {
            var unfinished = $"{path}.new";
            using (var file = File.Create(unfinished))
            using (var json = new Utf8JsonWriter(file))
            {
                json.WriteStartObject();
                json.WriteString("of", of);
                json.WriteStartArray("values");
                foreach (var value in values)
                {
                    json.WriteStartObject();
                    json.WriteString("from", value.From);
                    json.WriteString("to", value.To);
                    json.WriteNumber("grams", value.Grams);
                    json.WriteBoolean("forecast", value.Forecast);
                    json.WriteBoolean("estimated", value.Estimated);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The state says what is wrong with that folder.
        }
    }
}
