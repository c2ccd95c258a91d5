using System.Globalization;
using System.Text.Json;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>One of the parts a Shelly of the second generation or later is made of, with a meter in it.</summary>
/// <param name="Kind">As it stands in the status: <c>switch</c>, <c>pm1</c>, <c>em</c>, <c>em1</c>.</param>
/// <param name="Method">The name space of its methods.</param>
/// <param name="Power">Where its power is, in watts.</param>
/// <remarks>
/// Switches and PM1 have <c>apower</c>; EM is a meter of three phases with <c>total_act_power</c>, EM1 of one with
/// <c>act_power</c>. See Switch, PM1, EM and EM1 below https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/.
/// </remarks>
internal sealed record ShellyLater(string Kind, string Method, string Power)
{
    /// <summary>In the order in which they are looked for.</summary>
    private static readonly ShellyLater[] All =
    [
        new("switch", "Switch", "apower"),
        new("pm1", "PM1", "apower"),
        new("em", "EM", "total_act_power"),
        new("em1", "EM1", "act_power"),
    ];

    /// <summary>Errors that say the number is not to be trusted; others tell why a relay was opened.</summary>
    private static readonly string[] Distrust = ["power_meter_failure", "out_of_range", "ct_type_not_set"];

    /// <summary>Where the power is asked for from now on.</summary>
    public string PathOf(int channel) => string.Create(CultureInfo.InvariantCulture, $"/rpc/{Method}.GetStatus?id={channel}");

    /// <summary>The part with this channel's meter in the status of all parts, or why there is none.</summary>
    public static (ShellyLater? Part, WallAnswer.Nothing? Failure) Find(JsonElement status, int channel, string name)
    {
        if (All.FirstOrDefault(part => part.In(status, channel)) is { } found)
        {
            return (found, null);
        }

        const int MostChannels = 32;
        var there = Enumerable.Range(0, MostChannels).Where(other => All.Any(part => part.In(status, other))).ToArray();
        return (null, there.Length == 0
            ? Shelly.NoMeter(name)
            : Shelly.NoChannel(name, channel, $"there {(there.Length == 1 ? "is" : "are")} {string.Join(", ", there)}"));
    }

    /// <summary>The power in this part's own status.</summary>
    public WallAnswer Read(JsonElement status, string name)
    {
        string[] errors = status.Named("errors") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(error => WallJson.Word(error) ?? "unknown")]
            : [];
        if (errors.Any(error => Distrust.Any(known => error.StartsWith(known, StringComparison.Ordinal))))
        {
            return new WallAnswer.Nothing(
                MissingCause.Error, $"{name} says that its meter fails ({string.Join(", ", errors)}).", "See its web page; restart it if that goes on.");
        }

        if (status.Named("output").Is(false))
        {
            return Shelly.SwitchedOff(name, errors.Length > 0 ? $" ({string.Join(", ", errors)})" : "");
        }

        return status.Named(Power).Number() is { } watts
            ? WallAnswer.Of(watts, Shelly.Mean, name)
            : new WallAnswer.Nothing(MissingCause.Error, $"{name} tells no power now.", "Restart it if that goes on.");
    }

    /// <summary>A relay without a meter has no power at all, not zero.</summary>
    private bool In(JsonElement status, int channel) =>
        status.Named(string.Create(CultureInfo.InvariantCulture, $"{Kind}:{channel}"))?.Named(Power) is not null;
}
