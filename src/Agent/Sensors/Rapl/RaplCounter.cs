using System.Globalization;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Rapl;

/// <summary>The counter of one zone.</summary>
/// <param name="sysfs">The door.</param>
/// <param name="zone">The zone.</param>
/// <param name="registration">Differs from that of any earlier counter of this zone: the kernel registered it anew.</param>
internal sealed class RaplCounter(Sysfs sysfs, RaplZone zone, long registration) : IDisposable
{
    /// <summary>The hardware counts about every millisecond (Intel SDM, vol. 3, "RAPL Interfaces").</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly SysfsFile _file = new(sysfs.PathOf($"{zone.Folder}/energy_uj"));
    private bool _moved;

    /// <summary>The zone; its limits may change while it stays the same zone.</summary>
    public RaplZone Zone { get; set; } = zone;

    public Reading Read() => _file.ReadText() switch
    {
        SysfsText.Read { Value: "0" } when !_moved => new Reading.Missing(
            MissingCause.Unsupported, $"The counter of {Zone.Name} stays at 0: a virtual machine does not see the processor's energy."),
        SysfsText.Read { Value: var text } when ulong.TryParse(text, CultureInfo.InvariantCulture, out var microjoules) => Count(microjoules),
        SysfsText.Read { Value: var text } => new Reading.Missing(
            MissingCause.Error, $"The counter of {Zone.Name} reads '{(text.Length > 40 ? text[..40] : text)}', which is no number."),
        SysfsText.Failed { Cause: MissingCause.Permission } => new Reading.Missing(
            MissingCause.Permission, $"The counter of {Zone.Name} is readable by root only. {Permission}"),
        SysfsText.Failed failed => new Reading.Missing(failed.Cause, $"The counter of {Zone.Name} cannot be read: {failed.Reason}"),
        var other => throw new InvalidOperationException($"Unknown answer {other}."),
    };

    public void Dispose() => _file.Dispose();

    /// <summary>What makes the counters readable without root, also after the kernel module is loaded again.</summary>
    public const string Permission =
        """
        Give joulet's group the right: write this line to /etc/udev/rules.d/70-joulet.rules, then run "udevadm control --reload && udevadm trigger --action=add --subsystem-match=powercap":
        SUBSYSTEM=="powercap", ACTION=="add", KERNEL=="intel-rapl*", RUN+="/bin/chgrp joulet /sys%p/energy_uj", RUN+="/bin/chmod g+r /sys%p/energy_uj"
        """;

    private Reading.Counter Count(ulong microjoules)
    {
        _moved = true;
        return new Reading.Counter(Joules.FromMicrojoules(microjoules))
        {
            Range = Zone.Range,
            MostPower = Zone.MostPower,
            Epoch = (registration << 20) + _file.Openings,
            Step = Step,
        };
    }
}
