using Agent.Core.Metering;

namespace Agent.Sensors.Nvml;

/// <summary>Why NVIDIA's library or one of its GPUs could not be read, and what to do about it.</summary>
/// <param name="Cause">The kind of failure.</param>
/// <param name="What">What happened, in a sentence.</param>
/// <param name="Fix">What to do, in a sentence; null where it passes by itself.</param>
internal sealed record NvmlFailure(MissingCause Cause, string What, string? Fix)
{
    public static NvmlFailure NoDriver { get; } = new(
        MissingCause.Gone,
        "No NVIDIA driver is loaded.",
        "Install NVIDIA's driver and load it (modprobe nvidia), or set sensors.nvml.enabled to auto or false.");

    public static NvmlFailure Vanished { get; } = new(
        MissingCause.Gone, "The driver does not list this GPU any more.", null);

    public static NvmlFailure Released { get; } = new(
        MissingCause.Gone, "It is idle and was left alone so that it can fall asleep; it is read again soon.", null);

    public static NvmlFailure LetGo { get; } = new(
        MissingCause.Gone, "It is idle and NVML was let go of (sensors.nvml.hold: never); it is looked at again later.", null);

    public static NvmlFailure OnRequest { get; } = new(
        MissingCause.Gone,
        "NVML was released on request: joulet nvml hold takes it up again, as does a driver loaded anew, or an hour.",
        null);

    public static NvmlFailure Unsupported { get; } = new(
        MissingCause.Unsupported,
        "The driver tells neither energy nor power of this GPU.",
        "A virtual GPU is measured on its host; otherwise a newer driver may help.");

    public static NvmlFailure ImplausiblePower { get; } = new(
        MissingCause.Error, "The driver told a power no GPU can draw.", null);

    /// <summary>Whether it cannot pass without a person's doing.</summary>
    public bool ByHandOnly { get; init; }

    public Reading.Missing Reading => new(Cause, Fix is null ? What : $"{What} {Fix}");

    public static NvmlFailure NoLibrary(string library) => new(
        MissingCause.Gone,
        $"NVIDIA's driver is loaded, but its library {library} is not there.",
        "Install the driver's compute libraries (Debian: libnvidia-ml1, Ubuntu: libnvidia-compute, Fedora: "
            + "nvidia-driver-cuda-libs); in a container, set NVIDIA_DRIVER_CAPABILITIES=utility; "
            + "a library elsewhere is named by sensors.nvml.library.");

    public static NvmlFailure Mismatch(string library, string? module) => new(
        MissingCause.Error,
        $"NVIDIA's library is of driver {(library.Length > 0 ? library : "another version")}, "
            + $"but the loaded kernel module is {module ?? "another version"}: "
            + "the driver was upgraded under the running system.",
        "Reboot, or unload and load the nvidia modules; then restart the agent.")
    {
        ByHandOnly = true,
    };

    public static NvmlFailure Silent(TimeSpan since) => new(
        MissingCause.Unresponsive,
        $"NVIDIA's driver has not answered for {since.TotalSeconds:F0} s.",
        "Look for Xid or NVRM lines in the kernel log (dmesg): mostly only a reboot helps.");

    /// <summary>What a return code means where a GPU or the library was asked for something it must tell.</summary>
    public static NvmlFailure Of(NvmlReturn answer) => answer switch
    {
        NvmlReturn.NoPermission => new(
            MissingCause.Permission,
            "The driver does not let the agent read (4, no permission).",
            "Let the agent's user open /dev/nvidiactl and /dev/nvidia0…; in a unit, DeviceAllow them; in a container, "
                + "start it with the GPU (--gpus all)."),
        NvmlReturn.OperatingSystem => new(
            MissingCause.Permission,
            "The operating system keeps the GPU from the agent (17).",
            "Allow /dev/nvidia* in the unit or the container (DeviceAllow, --gpus all)."),
        NvmlReturn.DriverNotLoaded => new(
            MissingCause.Error,
            "NVIDIA's library cannot reach the driver (9), although its module is loaded.",
            "See that /dev/nvidiactl exists (nvidia-modprobe makes it) and that the agent may open it: "
                + "PrivateDevices=yes hides it."),
        NvmlReturn.GpuIsLost => new(
            MissingCause.Lost,
            "The GPU fell off its bus (15, Xid 79).",
            "Reboot; if it comes again, look at its power supply, seating and temperature."),
        NvmlReturn.ResetRequired => new(
            MissingCause.Lost,
            "The GPU needs a reset (16).",
            "Stop what uses it, let go of it (joulet nvml release) and run nvidia-smi --gpu-reset; or reboot."),
        NvmlReturn.Unknown => new(
            MissingCause.Error,
            "NVIDIA's driver answers with an unknown error (999).",
            "In a container: it lost its devices, restart it. Otherwise look for NVRM lines in dmesg."),
        NvmlReturn.Uninitialized or NvmlReturn.InvalidArgument => new(
            MissingCause.Error, $"The driver started anew ({(int)answer}): its GPUs are found again soon.", null),
        NvmlReturn.NotSupported or NvmlReturn.FunctionNotFound => Unsupported,
        _ => new(MissingCause.Error, $"The driver did not tell it this time (NVML error {(int)answer}).", null),
    };
}
