using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Reports;

namespace Agent.Commands;

/// <summary>All that joulet check found.</summary>
/// <param name="Findings">Sensor by sensor, then Ollama, the log, the state, the running agent.</param>
/// <param name="Seconds">How long it measured.</param>
/// <param name="Devices">What each device drew meanwhile.</param>
/// <param name="Host">What the host drew, by disjoint parts.</param>
/// <param name="Advice">What could be done better.</param>
/// <param name="Energy">The agent sees, or would see, an energy source.</param>
/// <param name="Missing">The setting that asks for a sensor that cannot be used: the agent would not start; null where there is none.</param>
internal sealed record CheckResult(
    IReadOnlyList<Finding> Findings,
    double Seconds,
    IReadOnlyList<Measured> Devices,
    IReadOnlyList<HostPower> Host,
    IReadOnlyList<Advice> Advice,
    bool Energy,
    string? Missing)
{
    /// <summary>0; 1 where the agent would see no energy, or would not start.</summary>
    public int ExitCode => Energy && Missing is null ? 0 : 1;

    /// <summary>What it comes to, in a sentence.</summary>
    public string Verdict
    {
        get
        {
            var faults = Findings.Count(finding => finding.Verdict is Agent.Verdict.Bad or Agent.Verdict.Warning);
            return (Energy, faults) switch
            {
                _ when Missing is not null => $"joulet would not start: {Missing} is true, and it cannot be used.",
                (false, _) => "joulet would see no energy source on this machine.",
                _ when OnlyEstimates => "joulet would estimate what this machine draws: nothing on it is measured.",
                (true, 0) => "All is well: joulet can measure this machine.",
                (true, 1) => "joulet can measure this machine; one thing above is worth mending.",
                _ => $"joulet can measure this machine; {faults} things above are worth mending.",
            };
        }
    }

    /// <summary>All that would be booked is estimated.</summary>
    private bool OnlyEstimates => Host.Count > 0 && Host.All(part => part.Component is Component.CpuEstimated or Component.OtherEstimated);

    /// <summary>What the measured numbers themselves say of each other.</summary>
    public static IEnumerable<Finding> Compare(IReadOnlyList<Measured> devices)
    {
        foreach (var device in devices.Where(device => device.Disagrees))
        {
            yield return new Finding(
                Agent.Verdict.Warning,
                "self",
                FormattableString.Invariant($"{device.Device.Sensor}: its energy counter says {device.Watts:0.0} W, the power it reports {device.Told:0.0} W: {device.Apart:P0} apart."),
                "joulet books what the counter says. At idle some boards differ so; check again under load, and report it with --bundle if it stays.");
        }

        var parts = devices.Where(device => device.Device.Component is not null).Sum(device => device.Watts ?? 0);
        foreach (var whole in devices.Where(device => device.Device.Kind is DeviceKind.Wall or DeviceKind.Board && device.Watts < parts * 0.98))
        {
            yield return new Finding(
                Agent.Verdict.Warning,
                "self",
                FormattableString.Invariant($"{whole.Device.Sensor} shows {whole.Watts:0.0} W, and the parts of the machine {parts:0.0} W in all: it does not see the whole machine."),
                "Plug the whole machine, and nothing else, into the meter; look that the address and channel are this machine's.");
        }
    }

    /// <summary>A device whose joules would be booked was read, or sleeps.</summary>
    public static bool SeesEnergy(Ledger ledger) => ledger.Devices.Values.Any(device =>
        (device.Device.Component is not null || device.Device.IsWholeMachine) && device.Meter is { WasRead: true });
}
