using System.Collections.Immutable;

namespace Agent.Core.Machine;

/// <summary>How the machine is told to weigh power against speed; null is what nothing on this machine tells.</summary>
public sealed record PowerPolicy
{
    public static PowerPolicy Unknown { get; } = new();

    /// <summary>The active power profile as its daemon or the firmware names it: power-saver, balanced, performance.</summary>
    public string? Profile { get; init; }

    /// <summary>All profiles there are to choose from; empty where that is not told.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>Why the performance profile gives less now: lap-detected, high-operating-temperature; empty: it does not.</summary>
    public string? Degraded { get; init; }

    /// <summary>Why the performance profile cannot be chosen; empty: it can.</summary>
    public string? Inhibited { get; init; }

    /// <summary>Programs that ask for a profile for as long as they run.</summary>
    public ImmutableArray<ProfileHold> Holds { get; init; } = [];

    /// <summary>The machine runs on its battery.</summary>
    public bool? OnBattery { get; init; }

    /// <summary>Who told the profile: power-profiles-daemon, power-profiles-daemon (legacy name), platform_profile.</summary>
    public string? Source { get; init; }

    /// <summary>By what it says, lists too.</summary>
    public bool Equals(PowerPolicy? other) =>
        other is not null
        && (Profile, Degraded, Inhibited, OnBattery, Source) == (other.Profile, other.Degraded, other.Inhibited, other.OnBattery, other.Source)
        && Profiles.SequenceEqual(other.Profiles)
        && Holds.SequenceEqual(other.Holds);

    public override int GetHashCode() => HashCode.Combine(Profile, Degraded, Inhibited, OnBattery, Source, Profiles.Length, Holds.Length);
}
