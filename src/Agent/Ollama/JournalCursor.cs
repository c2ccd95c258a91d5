namespace Agent.Ollama;

/// <summary>The file that keeps, over restarts, up to where the journal was read.</summary>
/// <param name="folder">Where the agent keeps its state.</param>
/// <param name="ollama">Whose log it is; empty where there is one Ollama only.</param>
internal sealed class JournalCursor(string folder, string ollama)
{
    /// <summary>Characters; a cursor has about 140.</summary>
    private const int Longest = 1024;

    private readonly string _path = Path.Combine(folder, ollama.Length == 0 ? "journal.cursor" : $"journal-{Uri.EscapeDataString(ollama)}.cursor");

    /// <summary>Null where there is none that could be read.</summary>
    public string? Read()
    {
        try
        {
            using var file = File.OpenText(_path);
            var buffer = new char[Longest];
            var text = buffer.AsSpan(0, file.ReadBlock(buffer)).Trim();
            return text.Length is 0 or Longest || text.ContainsAny('\0', '\n') ? null : text.ToString();
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes it whole or not at all.</summary>
    /// <returns>Why it could not be written; null when it was.</returns>
    public string? Write(string cursor)
    {
        var unfinished = $"{_path}.new";
        try
        {
            File.WriteAllText(unfinished, cursor);
            File.Move(unfinished, _path, overwrite: true);
            return null;
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
        catch (UnauthorizedAccessException failure)
        {
            return failure.Message;
        }
    }
}
