using System.Globalization;

namespace Agent.Tariffs;

/// <summary>Prices that another program writes to a file; read again when it was written anew.</summary>
internal sealed class FilePrice(string path, double? usual, string currency, Action<string> warn) : IPriceSource
{
    /// <summary>More per kWh is no price.</summary>
    private const double Most = 1e6;

    private DateTime _written;
    private TimedValues? _values;
    private string? _problem;

    public double? At(DateTimeOffset time)
    {
        Refresh();
        return _values?.At(time) ?? usual;
    }

    public Finding Check(DateTimeOffset now)
    {
        Refresh();
        return _problem is { } problem ? new(Verdict.Warning, "cost", problem, "Mend the file cost.file names; until then cost.price_per_kwh holds, where it is set.")
            : _values?.At(now) is { } price ? new(Verdict.Good, "cost", string.Create(CultureInfo.InvariantCulture, $"A kilowatt hour costs {price} {currency} now, by {path}."))
            : new(Verdict.Warning, "cost", $"{path} holds no price for now.", "Let it be written ahead: each price holds until the next, the last for an hour.");
    }

    /// <summary>Of a file that is not there, or may not be looked at: long ago.</summary>
    private DateTime Written()
    {
        try
        {
            return File.GetLastWriteTimeUtc(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return DateTime.UnixEpoch;
        }
    }

    /// <summary>What was read stands while the file cannot be.</summary>
    private void Refresh()
    {
        var written = Written();
        if (written == _written)
        {
            return;
        }

        _written = written;
        var (values, problem) = TimedValues.Read(path, -Most, Most);
        if (problem is not null && problem != _problem)
        {
            warn(problem);
        }

        (_values, _problem) = (values ?? _values, problem);
    }
}
