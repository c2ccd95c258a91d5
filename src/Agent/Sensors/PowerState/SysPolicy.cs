using System.Collections.Immutable;
using Agent.Core.Machine;
using Agent.Core.Units;

namespace Agent.Sensors.PowerState;

/// <summary>The power profile and the supply as the kernel has them: what is left where no daemon tells. Read slowly.</summary>
/// <remarks>See Documentation/ABI/testing/sysfs-platform_profile and sysfs-class-power.</remarks>
internal sealed class SysPolicy(Sysfs sysfs)
{
    /// <summary>Some batteries answer through a slow controller.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    public const string ProfileFile = "firmware/acpi/platform_profile";

    private const string Supplies = "class/power_supply";
    private const int MostProfiles = 16;

    private (Moment At, PowerPolicy Policy)? _profile;
    private (Moment At, bool? OnBattery)? _supply;

    /// <summary>The firmware's profile, no older than <see cref="Every"/>; nothing where it has none.</summary>
    public PowerPolicy Profile(Moment now)
    {
        if (_profile is not { } known || now - known.At >= Every)
        {
            known = (now, ReadProfile());
            _profile = known;
        }

        return known.Policy;
    }

    /// <summary>Whether the machine runs on its battery, no older than <see cref="Every"/>.</summary>
    public bool? OnBattery(Moment now)
    {
        if (_supply is not { } known || now - known.At >= Every)
        {
            known = (now, ReadSupply());
            _supply = known;
        }

        return known.OnBattery;
    }

    private PowerPolicy ReadProfile()
    {
        if (Text(ProfileFile) is not { Length: > 0 } profile)
        {
            return PowerPolicy.Unknown;
        }

        var choices = Text($"{ProfileFile}_choices")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return new PowerPolicy { Profile = profile, Profiles = [.. choices.Take(MostProfiles)], Source = "platform_profile" };
    }

    /// <summary>A supply from outside says no; a battery is asked only where none is on: that takes a while on some machines.</summary>
    private bool? ReadSupply()
    {
        // A mouse has a battery, too: its scope is Device.
        var supplies = sysfs.List(Supplies).Select(name => $"{Supplies}/{name}").Where(supply => Text($"{supply}/scope") != "Device").ToImmutableArray();
        var outside = supplies.Where(supply => Text($"{supply}/type") is "Mains" or "USB").Select(supply => Text($"{supply}/online")).ToImmutableArray();
        if (outside.Any(online => online is not (null or "0")))
        {
            return false;
        }

        var batteries = supplies.Where(supply => Text($"{supply}/type") == "Battery").Select(supply => Text($"{supply}/status")).ToImmutableArray();
        return batteries.IsEmpty ? null : batteries.Contains("Discharging");
    }

    /// <summary>Asked first whether it is there: to fail takes much longer.</summary>
    private string? Text(string path) => sysfs.Exists(path) ? sysfs.Text(path) : null;
}
