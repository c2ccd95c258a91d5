using System.Globalization;
using System.Text.Json;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>Reads the status of a Shelly of the first generation.</summary>
/// <remarks>
/// Plugs and relays have <c>meters</c>, one for each relay; the EM and 3EM have <c>emeters</c> with clamps, whose power is
/// below zero where it flows the other way, and a relay that has nothing to do with them. Power is in watts.
/// See https://shelly-api-docs.shelly.cloud/gen1/#shelly-plug-plugs-status and #shelly-em-status.
/// </remarks>
internal static class ShellyFirst
{
    public const string Path = "/status";

    public static WallAnswer Power(JsonElement status, int channel, string name)
    {
        var clamps = status.Named("emeters");
        var all = clamps.Length() > 0 ? clamps : status.Named("meters");
        if (all.Length() == 0)
        {
            return Shelly.NoMeter(name);
        }

        if (all?.Placed(channel) is not { } meter)
        {
            return Shelly.NoChannel(name, channel, string.Create(CultureInfo.InvariantCulture, $"there are {all.Length()}, counted from 0"));
        }

        if (meter.Named("is_valid").Is(false))
        {
            return new WallAnswer.Nothing(MissingCause.Error, $"{name} says that its own reading is not valid.", "Restart it if that goes on.");
        }

        if (clamps.Length() == 0 && status.Named("relays")?.Placed(channel)?.Named("ison").Is(false) == true)
        {
            return Shelly.SwitchedOff(name, "");
        }

        return meter.Named("power").Number() is { } watts ? WallAnswer.Of(watts, Shelly.Mean, name) : Shelly.NoMeter(name);
    }
}
