using System.Globalization;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors;

/// <summary>What the machine draws from its batteries: all of it, while no supply feeds it. Otherwise there is nothing to tell.</summary>
/// <remarks>See Documentation/ABI/testing/sysfs-class-power: µW, µA, µV.</remarks>
internal sealed class BatterySensor(BatteryConfig config, PathsConfig paths, MonotonicClock clock) : ISensor
{
    public const string Name = "battery";

    private const string Class = "class/power_supply";

    private static readonly Device All = new(DeviceKind.Battery, Name, Name);

    /// <summary>More than any laptop draws.</summary>
    private static readonly Watts MostPower = new(1000);

    /// <summary>Some batteries answer through a slow controller, and none measures anew more often.</summary>
    private readonly Pace _pace = new(TimeSpan.FromSeconds(5));

    private readonly Sysfs _sysfs = new(paths.Sysfs);

    private bool _found;

    public IReadOnlyList<Finding> Check()
    {
        if (config.Enabled == Enabled.False)
        {
            return [new(Verdict.Absent, Name, "Switched off (sensors.battery.enabled: false).")];
        }

        return Reading(Batteries()) switch
        {
            null => [.. config.Enabled == Enabled.True ? [new Finding(Verdict.Bad, Name, "This machine has no battery.")] : Array.Empty<Finding>()],
            Reading.Power power => [Good(string.Create(CultureInfo.InvariantCulture, $"It is discharged with {power.Now.Value:0.0} W: what the whole machine draws."))],
            Reading.Missing missing => [new(Verdict.Warning, Name, missing.Reason)],
            _ => [Good("It is not discharged: while it is, it tells what the whole machine draws.")],
        };
    }

    public IEnumerable<LedgerEvent> Read()
    {
        if (config.Enabled == Enabled.False || !_pace.IsDue(clock.Now))
        {
            yield break;
        }

        var reading = Reading(Batteries());
        if (reading is not null || _found)
        {
            _found = true;
            yield return new LedgerEvent.DeviceRead(clock.Now, All, reading ?? new Reading.Missing(MissingCause.Gone, "The battery was taken out."));
        }
    }

    private static Finding Good(string text) => new(Verdict.Good, Name, text);

    /// <summary>Those of this machine; a mouse has one, too.</summary>
    private List<string> Batteries() =>
    [
        .. _sysfs.List(Class).Select(name => $"{Class}/{name}")
            .Where(supply => Text($"{supply}/type") == "Battery" && Text($"{supply}/scope") != "Device" && Text($"{supply}/present") != "0"),
    ];

    /// <summary>What they give together; null where there is none.</summary>
    private Reading? Reading(List<string> batteries)
    {
        if (batteries.Count == 0)
        {
            return null;
        }

        // One is discharged after the other: those that rest give nothing.
        var discharged = batteries.Where(battery => Text($"{battery}/status") == "Discharging").ToList();
        if (discharged.Count == 0)
        {
            return new Reading.Paused();
        }

        var powers = discharged.ConvertAll(Power);
        return powers switch
        {
            _ when powers.Contains(null) => new Reading.Missing(
                MissingCause.Unsupported, $"{Path.GetFileName(discharged[powers.IndexOf(null)])} is discharged and does not tell how fast (power_now, current_now)."),
            _ when powers.Sum(power => power!.Value.Value) > MostPower.Value => new Reading.Missing(
                MissingCause.Error, "The battery tells a power that no battery gives."),
            _ => new Reading.Power(new Watts(powers.Sum(power => power!.Value.Value)), TimeSpan.Zero),
        };
    }

    /// <summary>The sign tells the direction with some drivers, and nothing with others.</summary>
    private Watts? Power(string battery) =>
        Number($"{battery}/power_now") is { } power ? Watts.FromMicrowatts(Math.Abs(power))
        : Number($"{battery}/current_now") is { } current && Number($"{battery}/voltage_now") is { } voltage
            ? Watts.FromMicrowatts(Math.Abs(current * voltage / 1e6))
        : null;

    private string? Text(string path) => _sysfs.Exists(path) ? _sysfs.Text(path) : null;

    private double? Number(string path) => _sysfs.Exists(path) ? _sysfs.Number(path) : null;
}
