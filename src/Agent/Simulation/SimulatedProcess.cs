using System.Collections.Immutable;

namespace Agent.Simulation;

/// <summary>A process of the simulated machine.</summary>
internal sealed class SimulatedProcess(
    int pid, int parent, int user, string name, ImmutableArray<string> commandLine, long startTicks)
{
    public int Pid => pid;

    public int Parent => parent;

    /// <summary>The user id it runs as.</summary>
    public int User => user;

    /// <summary>The program's name, as <c>comm</c> has it.</summary>
    public string Name => name;

    public ImmutableArray<string> CommandLine => commandLine;

    /// <summary>When it started, in clock ticks since boot.</summary>
    public long StartTicks => startTicks;

    /// <summary>Its line in <c>cgroup</c>.</summary>
    public required string Cgroup { get; init; }

    /// <summary>Processor time used, in core-seconds.</summary>
    public double CpuSeconds { get; private set; }

    public void Use(double coreSeconds) => CpuSeconds += coreSeconds;
}
