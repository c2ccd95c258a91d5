using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>The last hour, by glances.</summary>
public sealed record RecentPast
{
    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(1);

    /// <summary>The time between two glances.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(20);

    public static RecentPast Empty { get; } = new();

    /// <summary>The oldest first.</summary>
    public ImmutableArray<Glance> Glances { get; private init; } = [];

    /// <summary>Remembers how things stand now; nothing before the first readings.</summary>
    public RecentPast Add(Ledger ledger)
    {
        if (ledger.LastTick is not { } now || (Glances is [.., { } last] && last.At >= now))
        {
            return this;
        }

        var oldest = now - Length - Step;
        return this with { Glances = [.. Glances.SkipWhile(glance => glance.At < oldest), Glance.Of(ledger)] };
    }

    /// <summary>What came in the last hour, or since the agent started.</summary>
    public (Glance Came, TimeSpan Time) Until(Ledger ledger)
    {
        var now = Glance.Of(ledger);
        return Glances is [{ } first, ..] ? (now.Since(first), now.At - first.At) : (now.Since(now), TimeSpan.Zero);
    }

    /// <summary>The power of a part between each two glances, the oldest first; null where it was not measured.</summary>
    public IEnumerable<Watts?> Power(Component part)
    {
        for (var i = 1; i < Glances.Length; i++)
        {
            var (before, after) = (Glances[i - 1], Glances[i]);
            yield return before.Measured.TryGetValue(part, out var then) && after.Measured.TryGetValue(part, out var now)
                ? new Watts((now - then).Value / (after.At - before.At).TotalSeconds)
                : null;
        }
    }
}
