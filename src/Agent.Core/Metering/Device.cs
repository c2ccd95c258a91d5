namespace Agent.Core.Metering;

/// <summary>One thing that joules are counted for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">A GPU's UUID; a RAPL zone's name, such as <c>package-0</c> or <c>package-0-die-1</c>.</param>
/// <param name="Sensor">The sensor that reads it, as the metrics name it: <c>nvml:GPU-…</c>, <c>rapl:package-0</c>.</param>
/// <param name="Socket">The processor socket, where there is one.</param>
public sealed record Device(DeviceKind Kind, string Id, string Sensor, int? Socket = null)
{
    /// <summary>The part of the host its joules belong to; null where another device contains them.</summary>
    public Component? Component => Kind switch
    {
        DeviceKind.Gpu => Metering.Component.Gpu,
        DeviceKind.Package => Metering.Component.Cpu,
        DeviceKind.Dram => Metering.Component.Dram,
        DeviceKind.Rest => Metering.Component.Other,
        DeviceKind.EstimatedCpu => Metering.Component.CpuEstimated,
        DeviceKind.EstimatedRest => Metering.Component.OtherEstimated,
        _ => null,
    };

    /// <summary>It measures the whole machine. The wall knows best, then the board, then psys; the battery only while it is discharged.</summary>
    public bool IsWholeMachine => Kind is DeviceKind.Wall or DeviceKind.Board or DeviceKind.Platform or DeviceKind.Battery;
}
