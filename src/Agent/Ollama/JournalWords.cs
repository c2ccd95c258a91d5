using System.Globalization;

namespace Agent.Ollama;

/// <summary>Takes a line of a log apart from its start on. The spaces between two things differ from build to build and mean nothing.</summary>
internal ref struct JournalWords(ReadOnlySpan<char> line)
{
    public ReadOnlySpan<char> Rest { get; private set; } = line.Trim();

    /// <summary>Takes these words, which must come next.</summary>
    public bool Take(string words)
    {
        if (!Rest.StartsWith(words, StringComparison.Ordinal))
        {
            return false;
        }

        Rest = Rest[words.Length..].TrimStart();
        return true;
    }

    public bool TakeInteger(out long number)
    {
        var length = LengthOf("-0123456789");
        if (!long.TryParse(Rest[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        Rest = Rest[length..].TrimStart();
        return true;
    }

    /// <summary>Takes digits, with a point among them or not: neither a sign, nor what C prints where there is no number.</summary>
    public bool TakeDecimal(out double number)
    {
        var length = LengthOf(".0123456789");
        if (!double.TryParse(Rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        Rest = Rest[length..].TrimStart();
        return true;
    }

    private readonly int LengthOf(string letters) =>
        Rest.IndexOfAnyExcept(letters) is >= 0 and var end ? end : Rest.Length;
}
