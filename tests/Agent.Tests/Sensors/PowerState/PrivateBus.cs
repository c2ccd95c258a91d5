using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>
/// A message bus of a test's own, of the system's type, and the daemons on it. Whoever has one of the daemons started leaves a
/// mark: the agent must not.
/// </summary>
internal sealed class PrivateBus : IDisposable
{
    private static readonly string[] Startable =
        ["org.freedesktop.UPower.PowerProfiles", "net.hadess.PowerProfiles", "org.freedesktop.UPower", "org.example.Startable"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<Process> _daemons = [];
    private readonly StringBuilder _said = new();
    private Process _bus;

    /// <summary>Starts it.</summary>
    /// <param name="rules">What its policy says besides that all is allowed.</param>
    public PrivateBus(string rules = "")
    {
        foreach (var name in Startable)
        {
            File.WriteAllText(Path.Combine(Root, $"{name}.service"), $"[D-BUS Service]\nName={name}\nExec=/bin/sh -c \"echo {name} >> {Mark}\"\nUser=root\n");
        }

        File.WriteAllText(Path.Combine(Root, "bus.conf"), $"""
            <busconfig>
              <type>system</type>
              <listen>{Address}</listen>
              <auth>EXTERNAL</auth>
              <servicedir>{Root}</servicedir>
              <policy context="default">
                <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow send_type="method_call"/><allow send_type="signal"/>
                <allow send_type="method_return"/><allow send_type="error"/><allow receive_type="method_call"/><allow receive_type="signal"/>
                <allow receive_type="method_return"/><allow receive_type="error"/>
                {rules}
              </policy>
            </busconfig>
            """);
        _bus = StartBus();
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("joulet-bus-").FullName;

    public string Address => $"unix:path={Root}/socket";

    /// <summary>The bus daemon itself.</summary>
    public Process Daemon => _bus;

    /// <summary>The /sys of the daemons, so that none touches this machine's.</summary>
    public string Machine => Path.Combine(Root, "machine");

    /// <summary>Which daemons were started because somebody asked them something.</summary>
    public string Started => File.Exists(Mark) ? File.ReadAllText(Mark) : "";

    private string Mark => Path.Combine(Root, "started");

    /// <summary>The real power-profiles-daemon over firmware with three profiles, allowed to change them.</summary>
    public Process StartProfileDaemon()
    {
        var firmware = Directory.CreateDirectory(Path.Combine(Machine, "sys/firmware/acpi")).FullName;
        File.WriteAllText(Path.Combine(firmware, "platform_profile"), "balanced\n");
        File.WriteAllText(Path.Combine(firmware, "platform_profile_choices"), "low-power balanced performance\n");
        if (!Has("org.freedesktop.PolicyKit1"))
        {
            StartMock("org.freedesktop.PolicyKit1", "--template", "polkitd");
            Control("call", "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority", "org.freedesktop.DBus.Mock", "AllowUnknown", "b", "true");
        }

        return Start("net.hadess.PowerProfiles", Programs.ProfileDaemon);
    }

    public Process StartUPower() => Start("org.freedesktop.UPower", Programs.UPower);

    /// <summary>A daemon made of dbusmock.</summary>
    /// <param name="name">The name it takes.</param>
    /// <param name="arguments">What dbusmock is told.</param>
    public Process StartMock(string name, params string[] arguments)
    {
        Programs.NeedMocks();
        return Start(name, Programs.Python, ["-m", "dbusmock", "--system", .. arguments]);
    }

    /// <summary>A program that holds a profile for as long as it runs.</summary>
    public Process StartHolder(string name, string profile, string reason, string application)
    {
        Programs.NeedMocks(); // they bring the library that this program asks with
        var place = $"/{name.Replace('.', '/')}";
        var holder = Run(Programs.Python, [
            "-c",
            "import dbus, signal, sys; n, p, *held = sys.argv[1:]; "
            + "dbus.Interface(dbus.SystemBus().get_object(n, p), n).HoldProfile(*held); signal.pause()",
            name, place, profile, reason, application,
        ]);
        _daemons.Add(holder);
        return holder;
    }

    /// <summary>Ends a daemon, and waits until the bus knows.</summary>
    public void Stop(Process daemon, string name)
    {
        daemon.Kill();
        daemon.WaitForExit();
        Until(() => !Has(name), $"{name} did not go");
    }

    public void SetProfile(string name, string profile) => Control("set-property", name, $"/{name.Replace('.', '/')}", name, "ActiveProfile", "s", profile);

    /// <summary>Asks somebody on the bus, through a program that is not the agent.</summary>
    /// <returns>What was answered.</returns>
    public string Control(params string[] arguments)
    {
        var (exit, answer) = TryControl(arguments);
        Assert.True(exit == 0, $"busctl {string.Join(' ', arguments)}: {answer}\n{_said}");
        return answer;
    }

    /// <summary>Has the bus start a daemon, by asking it something in the usual way; it takes no name, so there is no answer.</summary>
    public void HaveStarted(string name)
    {
        var asking = Run(Programs.Control, [$"--address={Address}", "call", name, "/", "org.freedesktop.DBus.Peer", "Ping"]);
        _daemons.Add(asking);
        Until(() => Started.Length > 0, "The bus starts nothing");
    }

    /// <summary>Ends the bus: those on it notice. It comes back at the same place.</summary>
    public void Kill()
    {
        _bus.Kill();
        _bus.WaitForExit();
    }

    public void Revive()
    {
        File.Delete(Path.Combine(Root, "socket"));
        _bus.Dispose();
        _bus = StartBus();
    }

    public void Dispose()
    {
        _daemons.ForEach(End);
        End(_bus);
        _bus.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Waits until something is so; fails where it is not in time.</summary>
    public void Until(Func<bool> condition, string failure)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(from) < Patience, $"{failure}: {_said}");
            Thread.Sleep(10);
        }
    }

    private bool Has(string name) => TryControl("call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s", name)
        .Answer.Contains("true", StringComparison.Ordinal);

    private (int Exit, string Answer) TryControl(params string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Control, [$"--address={Address}", "--auto-start=no", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, answer + error.Result);
    }

    private Process StartBus()
    {
        var process = Run(Programs.BusDaemon, [$"--config-file={Root}/bus.conf", "--nofork", "--nopidfile", "--nosyslog"]);
        Until(() => TryControl("list", "--no-pager").Exit == 0, "The bus did not start");
        return process;
    }

    private Process Start(string name, string program, params string[] arguments)
    {
        var process = Run(program, arguments);
        _daemons.Add(process);
        Until(() => Has(name), string.Create(CultureInfo.InvariantCulture, $"{program} did not take the name {name}"));
        return process;
    }

    private Process Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DBUS_SYSTEM_BUS_ADDRESS"] = Address;
        start.Environment["UMOCKDEV_DIR"] = Machine;
        start.Environment["UPOWER_HISTORY_DIR"] = Root;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }
}
