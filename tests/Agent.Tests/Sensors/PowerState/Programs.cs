namespace Agent.Tests.Sensors.PowerState;

/// <summary>The programs these tests run: Debian's, as <c>make packages</c> installs them.</summary>
internal static class Programs
{
    public static string BusDaemon => Find("dbus-daemon", "/usr/bin/dbus-daemon");

    public static string Control => Find("systemd", "/usr/bin/busctl", "/bin/busctl");

    public static string ProfileDaemon => Find("power-profiles-daemon", "/usr/libexec/power-profiles-daemon", "/usr/lib/power-profiles-daemon");

    public static string UPower => Find("upower", "/usr/libexec/upowerd", "/usr/lib/upower/upowerd");

    /// <summary>The distribution's own: another one does not see its packages.</summary>
    public static string Python => Find("python3", "/usr/bin/python3");

    /// <summary>Fails where the package of the mocked daemons is missing.</summary>
    public static void NeedMocks() => Find("python3-dbusmock", "/usr/lib/python3/dist-packages/dbusmock/__init__.py");

    private static string Find(string package, params string[] places)
    {
        var place = places.FirstOrDefault(File.Exists);
        Assert.True(place is not null, $"{places[0]} is not there. Install it: sudo apt-get install -y {package}, or make packages.");
        return place!;
    }
}
