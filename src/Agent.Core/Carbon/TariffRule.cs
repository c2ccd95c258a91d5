using System.Globalization;

namespace Agent.Core.Carbon;

/// <summary>A price for some hours of some days of some months, in local time.</summary>
/// <param name="Months">In which it holds, January is 1; empty: all.</param>
/// <param name="Days">On which; empty: all.</param>
/// <param name="From">From this time of day, minutes after midnight.</param>
/// <param name="To">To this one, which is not in it; not after <paramref name="From"/>: over midnight, on the day that it ends also before it.</param>
/// <param name="Price">Per kWh.</param>
public sealed record TariffRule(IReadOnlySet<int> Months, IReadOnlySet<DayOfWeek> Days, int From, int To, double Price)
{
    private const int Day = 24 * 60;

    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly string[] MonthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Reads a rule: months, days and hours in any order, each where it is needed, then the price: <c>nov-mar mon-fri 07:00-22:00 0.32</c>.</summary>
    public static (TariffRule? Rule, string? Problem) Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !double.TryParse(words[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var price) || !double.IsFinite(price))
        {
            return (null, $"'{text}' does not end in a price, such as mon-fri 07:00-22:00 0.32");
        }

        var rule = new TariffRule(new HashSet<int>(), new HashSet<DayOfWeek>(), 0, Day, price);
        foreach (var word in words[..^1])
        {
            if (Hours(word) is var (from, to) && rule is { From: 0, To: Day })
            {
                rule = rule with { From = from, To = to };
            }
            else if (Named(word, DayNames) is { Count: > 0 } days && rule.Days.Count == 0)
            {
                rule = rule with { Days = days.Select(day => (DayOfWeek)day).ToHashSet() };
            }
            else if (Named(word, MonthNames) is { Count: > 0 } months && rule.Months.Count == 0)
            {
                rule = rule with { Months = months.Select(month => month + 1).ToHashSet() };
            }
            else
            {
                return (null, $"'{word}' in '{text}' is neither hours (07:00-22:00), days (mon-fri) nor months (nov-mar), or there twice");
            }
        }

        return (rule, null);
    }

    /// <summary>It holds at this local time. A night belongs to the day on which it begins.</summary>
    public bool Holds(DateTime local)
    {
        var minute = (local.Hour * 60) + local.Minute;
        return To > From
            ? minute >= From && minute < To && IsOn(local)
            : (minute >= From && IsOn(local)) || (minute < To && IsOn(local.AddDays(-1)));
    }

    private bool IsOn(DateTime day) =>
        (Days.Count == 0 || Days.Contains(day.DayOfWeek)) && (Months.Count == 0 || Months.Contains(day.Month));

    private static (int From, int To)? Hours(string word) =>
        word.Split('-') is [var from, var to] && Minute(from) is { } first && Minute(to) is { } last && first < Day ? (first, last) : null;

    private static int? Minute(string text) =>
        text == "24:00" ? Day
        : TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute
        : null;

    /// <summary>Names and stretches of names, joined by commas; a stretch may go past the last name: sat-mon, nov-mar.</summary>
    private static HashSet<int> Named(string word, string[] names)
    {
        var found = new HashSet<int>();
        foreach (var part in word.ToLowerInvariant().Split(','))
        {
            var ends = part.Split('-').Select(name => Array.IndexOf(names, name)).ToArray();
            if (ends.Length > 2 || ends.Contains(-1))
            {
                return [];
            }

            for (var i = ends[0]; ; i = (i + 1) % names.Length)
            {
                found.Add(i);
                if (i == ends[^1])
                {
                    break;
                }
            }
        }

        return found;
    }
}
