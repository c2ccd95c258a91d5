using System.Collections.Immutable;
using Agent.Core.Machine;

namespace Agent.Sensors.PowerState;

/// <summary>What the properties of a daemon say; null is what it did not tell.</summary>
internal sealed record BusValues
{
    private const int MostProfiles = 16;
    private const int MostHolds = 64;
    private const string Maps = "aa{sv}";

    public static BusValues None { get; } = new();

    public string? Profile { get; init; }

    public ImmutableArray<string> Profiles { get; init; } = [];

    public string? Degraded { get; init; }

    public string? Inhibited { get; init; }

    public ImmutableArray<ProfileHold> Holds { get; init; } = [];

    public string? Version { get; init; }

    public bool? OnBattery { get; init; }

    /// <summary>The same with what a message tells anew: names and values, as GetAll and PropertiesChanged have them.</summary>
    /// <remarks>A property of another type than it should have is as good as none: daemons differ, and test doubles more.</remarks>
    public BusValues With(BusMessage message)
    {
        var values = this;
        if (message.Enter('a', "{sv}"))
        {
            while (message.Enter('e', "sv"))
            {
                values = values.With(message.ReadText(), message);
                message.Exit();
            }

            message.Exit();
        }

        return values;
    }

    private BusValues With(string? property, BusMessage message) => (property, message.NextContents()) switch
    {
        ("ActiveProfile", "s") => this with { Profile = Text(message) },
        ("PerformanceDegraded", "s") => this with { Degraded = Text(message) },
        ("PerformanceInhibited", "s") => this with { Inhibited = Text(message) },
        ("Version", "s") => this with { Version = Text(message) },
        ("OnBattery", "b") => this with { OnBattery = Flag(message) },
        ("Profiles", Maps) => this with { Profiles = [.. Named(message, MostProfiles).Select(map => map["Profile"]).Distinct(StringComparer.Ordinal)] },
        ("ActiveProfileHolds", Maps) => this with { Holds = [.. Named(message, MostHolds).Select(Hold)] },
        _ => Skipped(message),
    };

    private static ProfileHold Hold(Dictionary<string, string> map) =>
        new(map["Profile"], map.GetValueOrDefault("ApplicationId", ""), map.GetValueOrDefault("Reason", ""));

    private BusValues Skipped(BusMessage message)
    {
        message.Skip();
        return this;
    }

    private static string? Text(BusMessage message)
    {
        message.Enter('v', "s");
        var text = message.ReadText();
        message.Exit();
        return text;
    }

    private static bool? Flag(BusMessage message)
    {
        message.Enter('v', "b");
        var flag = message.ReadFlag();
        message.Exit();
        return flag;
    }

    /// <summary>The texts of an array of maps, of those maps that name a profile; the first of them, where there are many.</summary>
    private static List<Dictionary<string, string>> Named(BusMessage message, int most)
    {
        var maps = new List<Dictionary<string, string>>();
        message.Enter('v', Maps);
        message.Enter('a', "a{sv}");
        while (message.Enter('a', "{sv}"))
        {
            var map = TextsOf(message);
            if (maps.Count < most && map.ContainsKey("Profile"))
            {
                maps.Add(map);
            }

            message.Exit();
        }

        message.Exit();
        message.Exit();
        return maps;
    }

    private static Dictionary<string, string> TextsOf(BusMessage message)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (message.Enter('e', "sv"))
        {
            var name = message.ReadText();
            if (name is "Profile" or "ApplicationId" or "Reason" && message.NextContents() == "s")
            {
                texts[name] = Text(message) ?? "";
            }
            else
            {
                message.Skip();
            }

            message.Exit();
        }

        return texts;
    }
}
