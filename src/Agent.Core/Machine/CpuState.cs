using System.Collections.Immutable;

namespace Agent.Core.Machine;

/// <summary>How the processors save power; null or empty is what this machine does not tell.</summary>
public sealed record CpuState
{
    public static CpuState Unknown { get; } = new();

    /// <summary>The frequency driver: intel_pstate, amd-pstate-epp, acpi-cpufreq.</summary>
    public string? Driver { get; init; }

    /// <summary>How many processors each governor rules.</summary>
    public ImmutableDictionary<string, int> Governors { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>How many processors have each energy performance preference.</summary>
    public ImmutableDictionary<string, int> Preferences { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Idle states by name, all processors together.</summary>
    public ImmutableDictionary<string, CpuIdle> IdleStates { get; init; } = ImmutableDictionary<string, CpuIdle>.Empty;

    /// <summary>The mean of the online processors' frequencies now, in hertz.</summary>
    public double? FrequencyHertz { get; init; }

    /// <summary>The highest frequency any processor may run at, in hertz.</summary>
    public double? MaxFrequencyHertz { get; init; }

    /// <summary>Frequencies above the nominal are allowed.</summary>
    public bool? Turbo { get; init; }

    /// <summary>More than one thread a core is in use.</summary>
    public bool? Smt { get; init; }

    /// <summary>Power saving that the kernel offers for devices: how many have it on and off.</summary>
    public ImmutableDictionary<string, PowerSaving> Savings { get; init; } = ImmutableDictionary<string, PowerSaving>.Empty;
}
