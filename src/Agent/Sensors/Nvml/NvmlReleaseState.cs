using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>How far NVML is released.</summary>
internal abstract record NvmlReleaseState
{
    private NvmlReleaseState()
    {
    }

    /// <summary>Nobody asked for it.</summary>
    public sealed record Held : NvmlReleaseState;

    /// <summary>Asked for, but a call into the driver is not over yet; one that hangs may never be.</summary>
    /// <param name="Since">When it was asked for.</param>
    public sealed record Releasing(Moment Since) : NvmlReleaseState;

    /// <summary>NVML is closed and will not be touched.</summary>
    /// <param name="Since">When that was so first.</param>
    public sealed record Released(Moment Since) : NvmlReleaseState;
}
