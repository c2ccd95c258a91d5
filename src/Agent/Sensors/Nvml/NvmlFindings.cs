using System.Globalization;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Sensors.Nvml;

/// <summary>Says in sentences what was found of NVIDIA's GPUs.</summary>
internal static class NvmlFindings
{
    private const string Subject = NvmlSensor.Name;

    public static Finding SwitchedOff { get; } = new(
        Verdict.Absent, Subject, "NVIDIA GPUs are not read: sensors.nvml.enabled is false.");

    /// <summary>What is said where no driver is loaded.</summary>
    /// <param name="hardware">The PCI addresses of NVIDIA's GPUs.</param>
    /// <param name="enabled">Whether there must be one.</param>
    public static Finding WithoutDriver(IReadOnlyList<string> hardware, Enabled enabled) => (hardware, enabled) switch
    {
        (_, Enabled.True) => new(Verdict.Bad, Subject, NvmlFailure.NoDriver.What, NvmlFailure.NoDriver.Fix),
        ({ Count: 0 }, _) => new(Verdict.Absent, Subject, "There is no NVIDIA GPU with NVIDIA's driver."),
        _ => new(
            Verdict.Warning,
            Subject,
            $"NVIDIA GPU {string.Join(", ", hardware)}: its energy cannot be read, as NVIDIA's driver is not loaded.",
            "Install NVIDIA's driver and load it (modprobe nvidia); nouveau tells no energy."),
    };

    public static Finding Of(NvmlFailure failure) =>
        new(failure == NvmlFailure.OnRequest ? Verdict.Warning : Verdict.Bad, Subject, failure.What, failure.Fix);

    public static IReadOnlyList<Finding> Of(NvmlRound round)
    {
        var findings = new List<Finding>();
        if (round.Failure is { } failure)
        {
            findings.Add(Of(failure));
        }
        else if (round.Unopened is { } unopened)
        {
            findings.Add(new(Verdict.Bad, Subject, $"A GPU could not be opened. {unopened.What}", unopened.Fix));
        }

        foreach (var address in round.Sleeping.Except(round.Gpus.Select(gpu => NvmlFiles.Address(gpu.Gpu.PciBusId))))
        {
            findings.Add(new(
                Verdict.Good, Subject, $"The GPU at {address} sleeps and was left so: it is read when it is awake."));
        }

        findings.AddRange(round.Gpus.Select(Of));
        findings.AddRange(round.Gpus.Select(NvmlHoldFindings.Of).OfType<Finding>());
        findings.AddRange(
            from read in round.Events.OfType<LedgerEvent.GpuProcessesRead>()
            where read.Processes is null
            select new Finding(
                Verdict.Warning,
                Subject,
                $"{read.Uuid}: which processes use it cannot be seen, and so not which model is on it.",
                "Run the agent in the host's pid namespace (--pid=host) with a readable /proc; "
                    + "in MIG mode it cannot be had."));
        if (findings.Count == 0)
        {
            findings.Add(new(
                Verdict.Warning,
                Subject,
                "NVIDIA's driver is loaded but shows no GPU.",
                "In a container, start it with --gpus all."));
        }

        return findings;
    }

    private static Finding Of(NvmlGpuReport report)
    {
        var (gpu, reading, failure) = (report.Gpu, report.Reading, report.Failure);
        var name = $"{gpu.Name} ({gpu.Uuid}, {NvmlFiles.Address(gpu.PciBusId)}, driver {gpu.DriverVersion})";
        return (failure, reading) switch
        {
            ({ } bad, _) => new(Verdict.Bad, Subject, $"{name}: {bad.What}", bad.Fix),
            (_, Reading.Counter { PowerNow: { } now }) => new(
                Verdict.Good,
                Subject,
                string.Create(CultureInfo.InvariantCulture, $"{name}: energy counter, {now.Value:F1} W now.")),
            (_, Reading.Counter) => new(Verdict.Good, Subject, $"{name}: energy counter."),
            (_, Reading.Power) => new(
                Verdict.Warning,
                Subject,
                $"{name}: it has no energy counter, so its power is integrated, which is less exact."),
            _ => new(Verdict.Good, Subject, $"{name}: it sleeps and was left so."),
        };
    }
}
