using Agent.Core.Machine;
using Agent.Core.Metering;

namespace Agent.Sensors.PowerState;

/// <summary>What is said of the power profile and its source.</summary>
internal static class PolicyFindings
{
    private const string Install = "Install power-profiles-daemon (or tuned-ppd), and upower for the battery, if this machine has profiles to choose from.";
    private const string Mount = "In a container mount the host's /run/dbus/system_bus_socket, or set power_state.dbus_address.";
    private const string Allow = "Let joulet's user talk to it in the bus's policy (/etc/dbus-1/system.d), and to the bus's socket.";
    private const string Restart = "See systemctl status power-profiles-daemon upower dbus.";

    public static Finding SwitchedOff { get; } = new(Verdict.Absent, PolicySensor.Name, "Switched off (power_state.enabled: false).");

    /// <summary>All that is to be said.</summary>
    /// <param name="view">What the bus told.</param>
    /// <param name="policy">What is known from all sources.</param>
    /// <param name="required">The operator wants it to be there.</param>
    public static IReadOnlyList<Finding> Of(BusView view, PowerPolicy policy, bool required)
    {
        var findings = new List<Finding>();
        if (Trouble(view) is { } trouble)
        {
            findings.Add(new Finding(Verdict.Bad, PolicySensor.Name, trouble.Reason, trouble.Cause == MissingCause.Permission ? Allow : Restart));
        }

        if (policy.Profile is not null)
        {
            findings.Add(new Finding(Verdict.Good, PolicySensor.Name, Profile(view, policy)));
        }
        else if (findings.Count == 0)
        {
            var nothing = required && policy.OnBattery is null;
            findings.Add(new Finding(
                nothing ? Verdict.Bad : Verdict.Absent,
                PolicySensor.Name,
                $"No power profile is known: {Why(view.Profiles)}, and /sys/{SysPolicy.ProfileFile} is not there.",
                view.Profiles == BusStanding.NoBus ? Mount : Install));
        }

        findings.AddRange(policy.Holds.Select(hold => new Finding(
            Verdict.Good, PolicySensor.Name, $"{hold.Application} holds {hold.Profile}: {hold.Reason}")));
        if (policy.Degraded is { Length: > 0 } degraded)
        {
            findings.Add(new Finding(Verdict.Warning, PolicySensor.Name, $"The performance profile gives less now: {degraded}."));
        }

        if (policy.OnBattery is { } battery)
        {
            var source = view.OnBattery is null ? "/sys/class/power_supply" : BusName.UPower.Daemon;
            findings.Add(new Finding(Verdict.Good, PolicySensor.Name, $"The machine runs on {(battery ? "its battery" : "external power")}, by {source}."));
        }

        return findings;
    }

    /// <summary>A source that must be there and fails; null where none does.</summary>
    public static Reading.Missing? Failure(BusView view, PowerPolicy policy, bool required) =>
        Trouble(view) ?? (required && policy.Profile is null && policy.OnBattery is null
            ? new Reading.Missing(MissingCause.Gone, $"No power profile is known: {Why(view.Profiles)}. {Install}")
            : null);

    private static string Profile(BusView view, PowerPolicy policy)
    {
        var choice = policy.Profiles.IsEmpty ? "" : $" (of {string.Join(", ", policy.Profiles)})";
        return view.Profile.Profile is null
            ? $"The power profile is {policy.Profile}{choice}, read from /sys every {SysPolicy.Every.TotalSeconds:0} s: {Why(view.Profiles)}."
            : $"The power profile is {policy.Profile}{choice}, told by {policy.Source}{(view.Profile.Version is { } version ? $" {version}" : "")}.";
    }

    private static Reading.Missing? Trouble(BusView view) => Trouble(view.Profiles, view.Name.Daemon) ?? Trouble(view.Supply, BusName.UPower.Daemon);

    private static Reading.Missing? Trouble(BusStanding standing, string daemon) => standing switch
    {
        BusStanding.Refused => new(MissingCause.Permission, $"The message bus does not let joulet ask {daemon}."),
        BusStanding.Silent => new(MissingCause.Unresponsive, $"{daemon} or the message bus does not answer."),
        BusStanding.Broken => new(MissingCause.Error, $"{daemon} answers with an error."),
        _ => null,
    };

    private static string Why(BusStanding standing) => standing switch
    {
        BusStanding.NoLibrary => $"{BusLibrary.Name} is not there to ask the message bus with",
        BusStanding.NoBus => "there is no message bus",
        BusStanding.Absent => "no power-profiles-daemon runs",
        _ => "no daemon tells it",
    };
}
