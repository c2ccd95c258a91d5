using Agent.Config;
using Agent.Core.Metering;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>What is not there, does not answer or may not be asked; and that nothing is started by asking.</summary>
public sealed class AbsenceTests
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);

    [Fact]
    public void Asking_starts_no_daemon()
    {
        using var bus = new PrivateBus();
        using var watcher = new Watcher(bus.Address);

        watcher.Until(() => watcher.Policies.Length > 0);
        Assert.StartsWith("Absent No power profile is known: no power-profiles-daemon runs", watcher.Check(), StringComparison.Ordinal);
        Assert.Contains("Install power-profiles-daemon", watcher.Check(), StringComparison.Ordinal);

        // The same bus does start what is asked in the usual way, and leaves the mark; by then the agent's own calls are through.
        bus.HaveStarted("org.example.Startable");

        Assert.Equal("org.example.Startable\n", bus.Started);
    }

    [Fact]
    public void Without_the_library_the_kernel_is_asked()
    {
        using var bus = new PrivateBus();
        bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address, library: "libsystemd-that-is-not-there.so.0");
        watcher.Put("firmware/acpi/platform_profile", "quiet").Put("firmware/acpi/platform_profile_choices", "low-power quiet balanced");

        var policy = watcher.Until(policy => policy.Profile is not null).Policy;

        Assert.Equal(("quiet", "platform_profile", null), (policy.Profile, policy.Source, policy.Degraded));
        Assert.Equal(["low-power", "quiet", "balanced"], policy.Profiles);
        Assert.StartsWith("Good The power profile is quiet (of low-power, quiet, balanced), read from /sys every 2 s: libsystemd.so.0 is not there", watcher.Check(), StringComparison.Ordinal);
        Assert.Empty(watcher.Failures);
    }

    [Theory]
    [InlineData("libc.so.6")]
    [InlineData("libsystemd-that-is-not-there.so.0")]
    public void Without_the_library_and_firmware_nothing_is_known(string library)
    {
        using var watcher = new Watcher("", library);

        Assert.Equal(
            "Absent No power profile is known: libsystemd.so.0 is not there to ask the message bus with, and /sys/firmware/acpi/platform_profile is not there. "
            + "Install power-profiles-daemon (or tuned-ppd), and upower for the battery, if this machine has profiles to choose from.",
            watcher.Check());
    }

    [Theory]
    [InlineData("unix:path=/nowhere/socket")]
    [InlineData("no address at all")]
    public void Without_a_bus_nothing_is_known_and_what_to_do_is_said(string address)
    {
        using var watcher = new Watcher(address);

        Assert.StartsWith("Absent No power profile is known: there is no message bus", watcher.Check(), StringComparison.Ordinal);
        Assert.Contains("mount the host's /run/dbus/system_bus_socket", watcher.Check(), StringComparison.Ordinal);
        watcher.Until(() => watcher.Policies.Length > 0);
        Assert.Empty(watcher.Failures);
    }

    [Fact]
    public void A_bus_that_comes_later_is_found()
    {
        using var bus = new PrivateBus();
        bus.Kill();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(() => watcher.Policies.Length > 0);

        bus.Revive();
        bus.StartProfileDaemon();

        watcher.Until(policy => policy.Profile == "balanced");
    }

    [Fact]
    public void What_must_be_there_and_is_not_is_bad_and_a_failure()
    {
        using var watcher = new Watcher("unix:path=/nowhere/socket", enabled: Enabled.True);

        Assert.StartsWith("Bad No power profile is known", watcher.Check(), StringComparison.Ordinal);
        watcher.Until(() => watcher.Failures.Length > 0);
        Assert.Equal(MissingCause.Gone, Assert.Single(watcher.Failures)!.Cause);
    }

    [Fact]
    public void A_daemon_that_hangs_holds_up_neither_readings_nor_the_end()
    {
        using var bus = new PrivateBus();
        var daemon = bus.StartProfileDaemon();
        daemon.Freeze();
        using var watcher = new Watcher(bus.Address);
        watcher.Put("firmware/acpi/platform_profile", "cool");

        Assert.True(watcher.Read() < Prompt);
        var policy = watcher.Until(policy => policy.Profile is not null).Policy;
        Assert.Equal(("cool", "platform_profile"), (policy.Profile, policy.Source));
        Assert.Equal(MissingCause.Unresponsive, Assert.Single(watcher.Failures)!.Cause);
        Assert.StartsWith("Bad power-profiles-daemon (legacy name) or the message bus does not answer.", watcher.Check(), StringComparison.Ordinal);

        daemon.Thaw();
        watcher.Until(policy => policy is { Profile: "balanced", Source: "power-profiles-daemon (legacy name)" });
        Assert.Null(watcher.Failures[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_ends_at_once_while_a_call_hangs(bool wholeBus)
    {
        using var bus = new PrivateBus();
        var hung = wholeBus ? bus.Daemon : bus.StartProfileDaemon();
        hung.Freeze();
        using var watcher = new Watcher(bus.Address);
        watcher.Read();
        bus.Until(() => watcher.Sensor.Wakeups > 0 || wholeBus, "It does not listen");

        var from = watcher.Clock.Now;
        watcher.Sensor.Dispose();

        Assert.True(watcher.Clock.Now - from < TimeSpan.FromMilliseconds(150), $"It took {watcher.Clock.Now - from}.");
        hung.Thaw();
    }

    [Fact]
    public void A_bus_that_hangs_is_said_not_to_answer()
    {
        using var bus = new PrivateBus();
        bus.Daemon.Freeze();
        using var watcher = new Watcher(bus.Address);

        watcher.Until(() => watcher.Failures.Length > 0);
        Assert.Equal(MissingCause.Unresponsive, watcher.Failures[0]!.Cause);
        bus.Daemon.Thaw();
        bus.StartProfileDaemon();
        watcher.Until(policy => policy.Profile == "balanced");
        watcher.Until(() => watcher.Failures[^1] is null);
    }

    [Fact]
    public void A_bus_that_forbids_to_ask_is_said_to()
    {
        using var bus = new PrivateBus("<deny send_interface=\"org.freedesktop.DBus.Properties\" send_member=\"GetAll\"/>");
        bus.StartMock("net.hadess.PowerProfiles", "--template", "power_profiles_daemon");
        using var watcher = new Watcher(bus.Address);

        watcher.Until(() => watcher.Failures.Length > 0);
        Assert.Equal(MissingCause.Permission, watcher.Failures[0]!.Cause);
        Assert.StartsWith("Bad The message bus does not let joulet ask", watcher.Check(), StringComparison.Ordinal);
        Assert.Contains("Let joulet's user talk to it", watcher.Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void Switched_off_it_touches_nothing()
    {
        using var bus = new PrivateBus();
        bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address, enabled: Enabled.False);
        watcher.Put("firmware/acpi/platform_profile", "quiet");

        Assert.Equal("Absent Switched off (power_state.enabled: false).", watcher.Check());
        watcher.Read();
        Assert.Empty(watcher.Policies);
        Assert.Equal(0, watcher.Sensor.Wakeups);
    }
}
