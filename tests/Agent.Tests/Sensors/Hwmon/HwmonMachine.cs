using System.Globalization;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Sensors.Hwmon;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Sensors.Hwmon;

/// <summary>A /sys with chips as the kernel lays them out, links and all, and the sensor over it.</summary>
internal sealed class HwmonMachine : IDisposable
{
    public const string Card = "0000:03:00.0";

    private readonly string _root = Directory.CreateTempSubdirectory("joulet-hwmon-").FullName;
    private HwmonSensor? _sensor;
    private int _chips;

    public FakeTimeProvider Time { get; } = new();

    public HwmonConfig Config { get; } = new();

    public string Sysfs => Path.Combine(_root, "sys");

    private HwmonSensor Sensor => _sensor ??= new HwmonSensor(Config, new PathsConfig { Sysfs = Sysfs, Procfs = Path.Combine(_root, "proc") }, new MonotonicClock(Time));

    /// <summary>A chip, and what it tells.</summary>
    /// <param name="device">The device it belongs to.</param>
    /// <param name="name">What its driver calls it.</param>
    /// <param name="told">Its attributes: <c>power1_input=38000000</c>.</param>
    public HwmonMachine Chip(string device, string name, params string[] told)
    {
        var number = _chips++.ToString(CultureInfo.InvariantCulture);
        var place = device.Contains('/', StringComparison.Ordinal) ? $"devices/{device}" : $"devices/bus/{device}/hwmon";
        Put($"{place}/hwmon{number}/name", name);
        Directory.CreateDirectory(Path.Combine(Sysfs, "class/hwmon"));
        Directory.CreateSymbolicLink(Path.Combine(Sysfs, $"class/hwmon/hwmon{number}"), $"../../{place}/hwmon{number}");
        foreach (var one in told)
        {
            var pair = one.Split('=', 2);
            Put($"{place}/hwmon{number}/{pair[0]}", pair[1]);
        }

        return this;
    }

    /// <summary>The same of a driver that registers its chip the old way: what it tells is the device's.</summary>
    public HwmonMachine OldChip(string device, string name, params string[] told)
    {
        var number = _chips++.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Path.Combine(Sysfs, "class/hwmon"));
        Directory.CreateSymbolicLink(Path.Combine(Sysfs, $"class/hwmon/hwmon{number}"), $"../../devices/bus/{device}/hwmon/hwmon{number}");
        Directory.CreateDirectory(Path.Combine(Sysfs, $"devices/bus/{device}/hwmon/hwmon{number}"));
        Directory.CreateSymbolicLink(Path.Combine(Sysfs, $"devices/bus/{device}/hwmon/hwmon{number}/device"), "../..");
        foreach (var one in told.Prepend($"name={name}"))
        {
            var pair = one.Split('=', 2);
            Put($"devices/bus/{device}/{pair[0]}", pair[1]);
        }

        return this;
    }

    /// <summary>A GPU on the PCI bus with its chip.</summary>
    public HwmonMachine Gpu(string driver, string status, string control, params string[] told)
    {
        Pci("power/runtime_status", status).Pci("power/control", control).Pci("device", "0x1234").Pci("power/autosuspend_delay_ms", "5000");
        return Chip(Card, driver, told);
    }

    /// <summary>An attribute of the card on the PCI bus.</summary>
    public HwmonMachine Pci(string path, string value) => Put($"bus/pci/devices/{Card}/{path}", value);

    /// <summary>An attribute of the first chip with an attribute of this name.</summary>
    public HwmonMachine Tell(string attribute, string value)
    {
        File.WriteAllText(Directory.EnumerateFiles(Sysfs, attribute, SearchOption.AllDirectories).First(), value + "\n");
        return this;
    }

    public HwmonMachine Put(string path, string value)
    {
        var file = Path.Combine(Sysfs, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, value + "\n");
        return this;
    }

    public HwmonMachine Process(int pid)
    {
        Directory.CreateDirectory(Path.Combine(_root, $"proc/{pid}"));
        return this;
    }

    public void Remove(string path) => Directory.Delete(Path.Combine(Sysfs, path), recursive: true);

    /// <summary>Reads now, and lets a second pass.</summary>
    public IReadOnlyList<LedgerEvent> Read()
    {
        List<LedgerEvent> events = [.. Sensor.Read()];
        Time.Advance(TimeSpan.FromSeconds(1));
        return events;
    }

    /// <summary>Reads each second.</summary>
    /// <returns>What each round told of the only device: a power, or what there is instead.</returns>
    public IReadOnlyList<Reading> Read(int seconds) => [.. Enumerable.Range(0, seconds).Select(_ => Device().Reading)];

    /// <summary>What is told of the only device.</summary>
    public LedgerEvent.DeviceRead Device() => Assert.Single(Read().OfType<LedgerEvent.DeviceRead>());

    /// <summary>All devices, each with its reading.</summary>
    public IEnumerable<string> Devices() => Read().OfType<LedgerEvent.DeviceRead>().Select(read => $"{read.Device.Kind} {read.Device.Id} {read.Reading switch
    {
        Reading.Power power => FormattableString.Invariant($"{power.Now.Value} W"),
        Reading.Counter counter => FormattableString.Invariant($"{counter.Total.Value} J"),
        var other => other.GetType().Name,
    }}");

    public string Check() => string.Join('\n', Sensor.Check().Select(finding => $"{finding.Verdict} {finding.Text} {finding.Fix}".Trim()));

    public void Dispose()
    {
        _sensor?.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
