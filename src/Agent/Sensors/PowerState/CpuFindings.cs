using System.Collections.Immutable;
using System.Globalization;
using Agent.Core.Machine;

namespace Agent.Sensors.PowerState;

/// <summary>Says in sentences how the processors save power.</summary>
internal static class CpuFindings
{
    public static IReadOnlyList<Finding> Of(CpuState state, CpuIdleBook idle, CpuSurroundings around)
    {
        if (state.Driver is null && state.IdleStates.IsEmpty && (around.IsVirtual || !around.HasCpus))
        {
            return
            [
                new Finding(
                    Verdict.Absent,
                    CpuStateSensor.Name,
                    "Neither frequencies nor idle states of the processors are shown: in a virtual machine they are its host's."),
            ];
        }

        Finding?[] findings = [Frequency(state), Threads(state), Idle(state, idle, around)];
        return [.. findings.OfType<Finding>()];
    }

    private static Finding Frequency(CpuState state)
    {
        if (state.Driver is null)
        {
            return new(Verdict.Absent, CpuStateSensor.Name, "No frequency driver is loaded: firmware or hypervisor rule the frequencies.");
        }

        var preference = state.Preferences.IsEmpty ? "" : $", energy performance preference {Each(state.Preferences)}";
        return Good($"Frequencies: driver {state.Driver}, governor {Each(state.Governors)}{preference}.");
    }

    private static Finding? Threads(CpuState state)
    {
        string?[] told =
        [
            state.Turbo is { } turbo ? $"turbo is {OnOff(turbo)}" : null,
            state.Smt is { } smt ? $"SMT is {OnOff(smt)}" : null,
        ];
        var text = string.Join(", ", told.OfType<string>());
        return text.Length == 0 ? null : Good($"{char.ToUpperInvariant(text[0])}{text[1..]}.");
    }

    private static Finding? Idle(CpuState state, CpuIdleBook idle, CpuSurroundings around)
    {
        var limits = around.IdleLimits;
        var states = state.IdleStates.Where(pair => pair.Key != CpuIdleBook.Polling).ToList();
        if (limits.Count > 0 && states.Count <= 1)
        {
            return Warning(
                $"The kernel was started with {string.Join(' ', limits)}: the processors cannot save power while idle.",
                $"Take {string.Join(' ', limits)} out of the kernel's command line (GRUB_CMDLINE_LINUX in /etc/default/grub, "
                    + "then update-grub) and reboot.");
        }

        if (states.Count == 0)
        {
            return around.IsVirtual ? null : Warning(
                "The kernel has no idle states: the processors draw more than they need while idle.",
                "Switch C-states on in the firmware's setup (BIOS); "
                    + "cat /sys/devices/system/cpu/cpuidle/current_driver must not say none.");
        }

        if (idle.Deepest is not { } deepest)
        {
            return Warning(
                "All idle states are switched off: the processors draw more than they need while idle.",
                "Switch them on: echo 0 | sudo tee /sys/devices/system/cpu/cpu*/cpuidle/state*/disable; "
                    + "a tuned profile for low latency may have switched them off.");
        }

        var off = states.Where(pair => pair.Value.Disabled > 0).Select(pair => pair.Key).Order(StringComparer.Ordinal).ToList();
        var share = around.Uptime * idle.Cpus is { } time and > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; the processors were in it for {Math.Min(1, state.IdleStates[deepest].Seconds / time):P0} of the time since boot")
            : "";
        return Good($"Idle states: {deepest} is the deepest in use{share}."
            + (off.Count == 0 ? "" : $" Switched off: {string.Join(", ", off)}."));
    }

    /// <summary>One value; or each with the number of its processors.</summary>
    private static string Each(ImmutableDictionary<string, int> values) => values.Count switch
    {
        0 => "not told",
        1 => values.Keys.Single(),
        _ => string.Join(", ", values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} ({pair.Value} processors)")),
    };

    private static string OnOff(bool on) => on ? "on" : "off";

    private static Finding Good(string text) => new(Verdict.Good, CpuStateSensor.Name, text);

    private static Finding Warning(string text, string fix) => new(Verdict.Warning, CpuStateSensor.Name, text, fix);
}
