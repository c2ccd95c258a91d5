namespace Agent.Sensors.PowerState;

/// <summary>A name on the bus under which a daemon serves one object.</summary>
/// <param name="Name">The name; the object's interface has the same.</param>
/// <param name="Path">The object's path.</param>
/// <param name="Daemon">What people call it.</param>
internal sealed record BusName(string Name, string Path, string Daemon)
{
    /// <summary>power-profiles-daemon since 0.20, tuned-ppd.</summary>
    public static BusName Profiles { get; } =
        new("org.freedesktop.UPower.PowerProfiles", "/org/freedesktop/UPower/PowerProfiles", "power-profiles-daemon");

    /// <summary>All of them, and the only name until 0.13.</summary>
    public static BusName OldProfiles { get; } =
        new("net.hadess.PowerProfiles", "/net/hadess/PowerProfiles", "power-profiles-daemon (legacy name)");

    public static BusName UPower { get; } = new("org.freedesktop.UPower", "/org/freedesktop/UPower", "UPower");

    /// <summary>The rule for word of the name's coming and going.</summary>
    public string OwnerRule =>
        $"type='signal',sender='{Bus}',path='/org/freedesktop/DBus',interface='{Bus}',member='NameOwnerChanged',arg0='{Name}'";

    /// <summary>The rule for word of changed properties.</summary>
    public string ChangeRule =>
        $"type='signal',sender='{Name}',path='{Path}',interface='{Properties}',member='PropertiesChanged',arg0='{Name}'";

    /// <summary>The bus itself.</summary>
    public const string Bus = "org.freedesktop.DBus";

    public const string Properties = "org.freedesktop.DBus.Properties";
}
