namespace Agent.Core.Machine;

/// <summary>The state of the machine in which its joules are drawn.</summary>
/// <param name="Policy">Its power profile and supply.</param>
/// <param name="Cpu">How its processors save power.</param>
public sealed record MachineState(PowerPolicy Policy, CpuState Cpu)
{
    public static MachineState Unknown { get; } = new(PowerPolicy.Unknown, CpuState.Unknown);
}
