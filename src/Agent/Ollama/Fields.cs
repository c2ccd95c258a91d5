namespace Agent.Ollama;

/// <summary>The fields of a line, set apart by spaces or tabs.</summary>
internal ref struct Fields(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool Next()
    {
        _rest = _rest.TrimStart(" \t"u8);
        var length = _rest.IndexOfAny(" \t\n"u8);
        Current = length < 0 ? _rest : _rest[..length];
        _rest = _rest[Current.Length..];
        return !Current.IsEmpty;
    }

    /// <summary>Goes on by so many fields.</summary>
    public bool Skip(int count)
    {
        while (count > 0 && Next())
        {
            count--;
        }

        return count == 0;
    }
}
