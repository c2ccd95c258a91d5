using System.Globalization;

namespace Agent.Core.History;

/// <summary>Days of a time zone.</summary>
/// <param name="Kind">What they make up.</param>
/// <param name="First">The first day.</param>
/// <param name="Last">The last one; it is in it.</param>
/// <param name="Zone">Whose days.</param>
public sealed record Period(PeriodKind Kind, DateOnly First, DateOnly Last, TimeZoneInfo Zone)
{
    /// <summary>More days than this are shown by months.</summary>
    private const int MostDays = 92;

    private const string Day = "yyyy-MM-dd";

    /// <summary>The first moment of it.</summary>
    public DateTimeOffset From => Start(First);

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset To => Start(Last.AddDays(1));

    /// <summary>As it is asked for.</summary>
    public string Name => Kind switch
    {
        PeriodKind.Day => Text(First),
        PeriodKind.Month => First.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        PeriodKind.Year => First.ToString("yyyy", CultureInfo.InvariantCulture),
        _ => $"{Text(First)}..{Text(Last)}",
    };

    /// <summary>The one of the same kind and length before it.</summary>
    public Period Before => Kind switch
    {
        PeriodKind.Month => Month(First.AddMonths(-1), Zone),
        PeriodKind.Year => Year(First.AddYears(-1), Zone),
        _ => this with { First = First.AddDays(-Days), Last = First.AddDays(-1) },
    };

    private int Days => Last.DayNumber - First.DayNumber + 1;

    /// <summary>Reads one: today, yesterday, 2026-11-23, 2026-11, 2026, or 2026-11-01..2026-11-15.</summary>
    public static (Period? Period, string? Problem) Parse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return text switch
        {
            "today" => (new Period(PeriodKind.Day, today, today, zone), null),
            "yesterday" => (new Period(PeriodKind.Day, today.AddDays(-1), today.AddDays(-1), zone), null),
            "month" => (Month(today, zone), null),
            "year" => (Year(today, zone), null),
            _ when Read(text, Day) is { } day => (new Period(PeriodKind.Day, day, day, zone), null),
            _ when Read(text, "yyyy-MM") is { } month => (Month(month, zone), null),
            _ when Read(text, "yyyy") is { } year => (Year(year, zone), null),
            _ when text.Split("..") is [var first, var last] && Read(first, Day) is { } from && Read(last, Day) is { } to => from <= to
                ? (new Period(PeriodKind.Range, from, to, zone), null)
                : (null, $"{text} ends before it begins"),
            _ => (null, $"'{text}' is no period: write today, yesterday, month, year, 2026-11-23, 2026-11, 2026, or 2026-11-01..2026-11-15"),
        };
    }

    /// <summary>What parts of it are shown: hours of a day, days of a month, months of a year.</summary>
    public string PartOf(long start)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(start), Zone);
        return local.ToString(
            Kind == PeriodKind.Day ? "HH':00'zzz" : Days <= MostDays ? Day : "yyyy-MM", CultureInfo.InvariantCulture); // with its offset, an hour that comes twice in autumn is two
    }

    /// <summary>All parts, in order.</summary>
    public IEnumerable<string> Parts()
    {
        var step = Kind == PeriodKind.Day ? TimeSpan.FromHours(1) : TimeSpan.FromHours(12);
        string? before = null;
        for (var time = From; time < To; time += step)
        {
            if (PartOf(time.ToUnixTimeSeconds()) is var part && part != before)
            {
                before = part;
                yield return part;
            }
        }
    }

    private static Period Month(DateOnly day, TimeZoneInfo zone)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        return new Period(PeriodKind.Month, first, first.AddMonths(1).AddDays(-1), zone);
    }

    private static Period Year(DateOnly day, TimeZoneInfo zone) => new(PeriodKind.Year, new DateOnly(day.Year, 1, 1), new DateOnly(day.Year, 12, 31), zone);

    private static DateOnly? Read(string text, string form) =>
        DateOnly.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1970 and < 9000 ? day : null;

    private static string Text(DateOnly day) => day.ToString(Day, CultureInfo.InvariantCulture);

    /// <summary>A day's first moment, which is not always midnight: some zones go over to daylight saving time then.</summary>
    private DateTimeOffset Start(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
