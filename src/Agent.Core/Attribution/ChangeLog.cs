using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What held from when on: joules are booked some time after they were drawn, by what held then.</summary>
/// <typeparam name="T">What changes.</typeparam>
internal sealed record ChangeLog<T>
    where T : class
{
    /// <summary>Most changes remembered: of more, the oldest are no longer asked for, or somebody plays.</summary>
    private const int Most = 4096;

    public static ChangeLog<T> Empty { get; } = new();

    public ImmutableList<(Moment From, T Value)> Changes { get; private init; } = [];

    public T? Now => Changes.IsEmpty ? null : Changes[^1].Value;

    public static ChangeLog<T> Of(IEnumerable<(Moment From, T Value)> changes) => new() { Changes = [.. changes] };

    /// <summary>This holds from then on.</summary>
    public ChangeLog<T> Add(Moment at, T value)
    {
        var before = Changes;
        while (!before.IsEmpty && before[^1].From >= at)
        {
            before = before.RemoveAt(before.Count - 1);
        }

        return !before.IsEmpty && before[^1].Value.Equals(value)
            ? this with { Changes = before }
            : this with { Changes = (before.Count < Most ? before : before.RemoveAt(0)).Add((at, value)) };
    }

    /// <summary>What held then; null before the first change.</summary>
    public T? At(Moment moment)
    {
        for (var i = Changes.Count - 1; i >= 0; i--)
        {
            if (Changes[i].From <= moment)
            {
                return Changes[i].Value;
            }
        }

        return null;
    }

    /// <summary>What held then; before the first change it is taken to have been as after it.</summary>
    public T? AtOrFirst(Moment moment) => At(moment) ?? (Changes.IsEmpty ? null : Changes[0].Value);

    /// <summary>The changes between two moments.</summary>
    public IEnumerable<Moment> Between(Moment from, Moment to)
    {
        for (var i = Changes.Count - 1; i >= 0 && Changes[i].From > from; i--)
        {
            if (Changes[i].From < to)
            {
                yield return Changes[i].From;
            }
        }
    }

    /// <summary>Without what no longer held at this moment.</summary>
    public ChangeLog<T> Since(Moment oldest)
    {
        var gone = Changes.FindLastIndex(change => change.From <= oldest);
        return gone > 0 ? this with { Changes = Changes.RemoveRange(0, gone) } : this;
    }
}
