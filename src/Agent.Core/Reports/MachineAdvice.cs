using Agent.Core.Attribution;
using Agent.Core.Metering;
using static Agent.Core.Reports.AdviceRule;

namespace Agent.Core.Reports;

/// <summary>What the machine's settings cost, and what keeps its joules from being told.</summary>
internal static class MachineAdvice
{
    /// <summary>A pause between two questions is no idleness.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Idle states that save next to nothing: polling, and halting with clocks on.</summary>
    private static readonly string[] ShallowStates = ["POLL", "C1", "C1E", "C1_ACPI"];

    public static IReadOnlyList<AdviceRule> Rules { get; } =
    [
        new("profile_performance_idle", "the performance profile while nothing works", Profile),
        new("cstates_off", "deep idle states of the processors that are switched off", IdleStates),
        new("sensor_unreadable", "a sensor that is there and cannot be read", Unreadable),
    ];

    private static IEnumerable<(string Reason, string Fix)> Profile(Ledger ledger)
    {
        var policy = ledger.Machine.Policy;
        if (policy.Profile == "performance" && ledger.LastTick is { } now && ledger.Idle.Since is { } since && now - since >= LongestPause)
        {
            var parts = HostPower.Of(ledger).ToArray();
            var (watts, whole) = (parts.Sum(part => part.Power.Value), parts.Any(part => part.Component == Component.Other));
            var holds = policy.Holds.Where(hold => hold.Profile == "performance").Select(hold => hold.Application).ToArray();
            yield return (
                Say($"The power profile is performance, and no model has worked for {Of(now - since)}{(watts > 0 ? Say($"; {(whole ? "the machine" : "what is measured of it")} draws {watts:0} W") : "")}."),
                holds.Length > 0
                    ? $"It is held by {string.Join(", ", holds)}: end that, or let it ask for it only while it works."
                    : "Choose balanced (powerprofilesctl set balanced), and performance only for work: powerprofilesctl launch -p performance COMMAND.");
        }
    }

    private static IEnumerable<(string Reason, string Fix)> IdleStates(Ledger ledger)
    {
        var states = ledger.Machine.Cpu.IdleStates;
        var deep = states.Where(state => !ShallowStates.Contains(state.Key)).ToArray();
        if (states.Count > 0 && deep.Length == 0)
        {
            yield return (
                $"The processors have no idle state deeper than {string.Join(", ", states.Keys.Order(StringComparer.Ordinal))}: at rest they draw more than they need.",
                "Look for idle=poll, processor.max_cstate or intel_idle.max_cstate in /proc/cmdline, and for C-states in the firmware's settings.");
        }

        var off = deep.Where(state => state.Value.Disabled > 0).OrderBy(state => state.Key, StringComparer.Ordinal).ToArray();
        if (off.Length > 0)
        {
            yield return (
                $"Idle states are switched off: {string.Join(", ", off.Select(state => $"{state.Key} on {state.Value.Disabled} {(state.Value.Disabled == 1 ? "processor" : "processors")}"))}.",
                "Something wrote to /sys/devices/system/cpu/cpu*/cpuidle/state*/disable: tuned with a latency profile (tuned-adm active), cpupower, or a start-up script.");
        }
    }

    /// <summary>A device that is gone or silent may come back by itself; one that may not be read does not.</summary>
    private static IEnumerable<(string Reason, string Fix)> Unreadable(Ledger ledger) =>
        ledger.Devices.Values.Select(device => (device.Device.Sensor, device.Meter.Failure))
            .Concat(ledger.Sensors.Select(pair => (Sensor: pair.Key, pair.Value.Failure)))
            .Where(sensor => sensor.Failure is { Cause: MissingCause.Permission or MissingCause.Error or MissingCause.Lost })
            .DistinctBy(sensor => sensor.Sensor)
            .Select(sensor => ($"{sensor.Sensor} cannot be read. {FirstLine(sensor.Failure!.Reason)}", $"joulet check tells what to do about {sensor.Sensor}."));

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
