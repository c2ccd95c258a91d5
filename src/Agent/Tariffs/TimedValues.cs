using System.Globalization;

namespace Agent.Tariffs;

/// <summary>A file of values over time: <c>2026-11-23T00:00Z,0.31</c> a line, each valid until the next; the last for an hour.</summary>
internal sealed record TimedValues(IReadOnlyList<(DateTimeOffset From, double Value)> Values)
{
    /// <summary>More than a year of quarter hours.</summary>
    public const int MostBytes = 2 << 20;

    private static readonly TimeSpan Last = TimeSpan.FromHours(1);

    /// <summary>Reads it whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="least">The least value.</param>
    /// <param name="most">The most.</param>
    /// <returns>The values in order of time, or why there are none.</returns>
    public static (TimedValues? Values, string? Problem) Read(string path, double least, double most)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                return (null, $"{path} has more than {MostBytes >> 20} MiB.");
            }

            return Parse(path, File.ReadLines(path), least, most);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} cannot be read: {failure.Message}");
        }
    }

    /// <summary>The value at a time; null before the first and after the last.</summary>
    public double? At(DateTimeOffset time) => Find(time)?.Value;

    /// <summary>What holds then, from when, and until when; null before the first and after the last.</summary>
    public (DateTimeOffset From, DateTimeOffset To, double Value)? Find(DateTimeOffset time)
    {
        var (low, high) = (0, Values.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            (low, high) = Values[middle].From <= time ? (middle + 1, high) : (low, middle - 1);
        }

        if (high < 0)
        {
            return null;
        }

        var to = high < Values.Count - 1 ? Values[high + 1].From : Values[high].From + Last;
        return time < to ? (Values[high].From, to, Values[high].Value) : null;
    }

    private static (TimedValues?, string?) Parse(string path, IEnumerable<string> lines, double least, double most)
    {
        var values = new List<(DateTimeOffset From, double Value)>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Split('#', 2)[0].Trim();
            if (text.Length == 0 || (values.Count == 0 && char.IsAsciiLetter(text[0])))
            {
                continue; // a comment, or the heading
            }

            if (text.Split(',') is not [var from, var value]
                || !DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
                || !(amount >= least && amount <= most))
            {
                return (null, string.Create(CultureInfo.InvariantCulture, $"{path}, line {number} is no time and value from {least} to {most}, such as 2026-11-23T00:00Z,0.31."));
            }

            if (values.Count > 0 && time <= values[^1].From)
            {
                return (null, string.Create(CultureInfo.InvariantCulture, $"{path}, line {number} is not later than the one before it."));
            }

            values.Add((time, amount));
        }

        return values.Count > 0 ? (new TimedValues(values), null) : (null, $"{path} holds no value.");
    }
}
