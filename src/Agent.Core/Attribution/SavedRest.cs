using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What the meters of the whole machine have not told of yet.</summary>
/// <param name="Balance">What they are ahead of the others; below zero: behind.</param>
/// <param name="Taken">What the others drew since they told something last.</param>
/// <param name="Work">What of that was for work, in joules.</param>
/// <param name="Stirred">Something worked since.</param>
/// <param name="Meters">Which meters; null before the first.</param>
/// <param name="Since">From when what they show counts.</param>
/// <param name="Until">Up to when the others are booked.</param>
public sealed record SavedRest(
    Joules Balance,
    Joules Taken,
    ImmutableArray<SavedAccount> Work,
    bool Stirred,
    string? Meters,
    Moment Since,
    Moment Until);
