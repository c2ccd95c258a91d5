using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Sensors.Nvml;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Sensors.Nvml;

/// <summary>
/// A machine with NVIDIA's driver: its files, its library, the sensor over both, and a clock the test moves.
/// </summary>
internal sealed class NvmlMachine : IDisposable
{
    public const string First = "GPU-11111111-aaaa-bbbb-cccc-000000000001";
    public const string Second = "GPU-22222222-aaaa-bbbb-cccc-000000000002";
    public const string FirstAddress = "0000:01:00.0";
    public const string SecondAddress = "0000:41:00.0";

    /// <summary>An Ada GPU that tells everything.</summary>
    public const string OneGpu = $"""
        gpu 0 uuid {First}
        gpu 0 name NVIDIA GeForce RTX 4090
        gpu 0 bus 00000000:01:00.0
        gpu 0 architecture 8
        gpu 0 energy 5000000
        gpu 0 power 61500
        gpu 0 utilization 37
        gpu 0 memory 25757220864 613416960 1000000000
        gpu 0 temperature 45
        gpu 0 clocks 2520 10501
        gpu 0 limit 450000
        gpu 0 limits 450000 150000 600000
        gpu 0 reasons 36
        gpu 0 persistence 1
        gpu 0 pstate 2
        """;

    public const string TwoGpus = $"""
        {OneGpu}
        gpu 1 uuid {Second}
        gpu 1 name NVIDIA H100 PCIe
        gpu 1 bus 00000000:41:00.0
        gpu 1 architecture 9
        gpu 1 energy 9000000
        gpu 1 power 48000
        gpu 1 utilization 0
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nvml-machine-");
    private readonly NvmlConfig _config;

    /// <summary>A machine that has just started.</summary>
    /// <param name="state">What the driver shows at first; null is a machine without its library.</param>
    /// <param name="oldDriver">A driver of before R510.</param>
    /// <param name="enabled">The setting.</param>
    /// <param name="driver">Whether the driver's module is loaded.</param>
    /// <param name="hold">The setting.</param>
    public NvmlMachine(
        string? state,
        bool oldDriver = false,
        Enabled enabled = Enabled.Auto,
        bool driver = true,
        NvmlHold hold = NvmlHold.Auto)
    {
        Fake = state is null ? null : new(state, oldDriver);
        _config = new()
        {
            Enabled = enabled,
            Library = Fake?.Library ?? Path.Combine(_folder.FullName, "no-library"),
            Hold = hold,
        };
        if (driver)
        {
            LoadModule("550.163.01");
        }

        Sensor = NewSensor();
    }

    public FakeTimeProvider Time { get; } = new();

    public NvmlFake? Fake { get; }

    public NvmlSensor Sensor { get; private set; }

    /// <summary>The kernel module is loaded, or loaded anew.</summary>
    public void LoadModule(string version)
    {
        var module = Path.Combine(_folder.FullName, "sys/module/nvidia");
        if (Directory.Exists(module))
        {
            Directory.Move(module, $"{module}.{Guid.NewGuid()}"); // kept, so that its inode is not given again
        }

        Directory.CreateDirectory(module);
        Put("proc/driver/nvidia/version", $"""
            NVRM version: NVIDIA UNIX x86_64 Kernel Module  {version}  Tue Apr  8 12:00:00 UTC 2025
            GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)
            """);
    }

    /// <summary>A GPU as the kernel shows it.</summary>
    public void Plug(string address, string status = "active", string sleep = "Not supported")
    {
        Put(
            $"proc/driver/nvidia/gpus/{address}/power",
            $"Runtime D3 status:          {sleep}\nVideo Memory:               Active\n");
        Put($"sys/bus/pci/devices/{address}/vendor", "0x10de\n");
        Put($"sys/bus/pci/devices/{address}/class", "0x030000\n");
        Put($"sys/bus/pci/devices/{address}/power/runtime_status", $"{status}\n");
    }

    /// <summary>The kernel module is unloaded.</summary>
    public void UnloadModule()
    {
        Directory.Move(
            Path.Combine(_folder.FullName, "sys/module/nvidia"),
            Path.Combine(_folder.FullName, $"sys/module/nvidia.{Guid.NewGuid()}"));
        File.Delete(Path.Combine(_folder.FullName, "proc/driver/nvidia/version"));
    }

    public void Unplug(string address)
    {
        Directory.Delete(Path.Combine(_folder.FullName, "proc/driver/nvidia/gpus", address), recursive: true);
        Directory.Delete(Path.Combine(_folder.FullName, "sys/bus/pci/devices", address), recursive: true);
    }

    public void StartProcess(int pid) => Put($"proc/{pid}/stat", "");

    /// <summary>
    /// A new sensor in the place of the old; it waits for its rounds as long as they take, if not told otherwise.
    /// </summary>
    public NvmlSensor NewSensor(TimeSpan? patience = null)
    {
        Sensor?.Dispose();
        var paths = new PathsConfig
        {
            Procfs = Path.Combine(_folder.FullName, "proc"),
            Sysfs = Path.Combine(_folder.FullName, "sys"),
        };
        Sensor = new(() => NvmlLibrary.TryLoad(_config.Library), _config, paths, new MonotonicClock(Time))
        {
            Patience = patience ?? TimeSpan.FromSeconds(30),
        };
        return Sensor;
    }

    /// <summary>Lets time pass and reads.</summary>
    public IReadOnlyList<LedgerEvent> ReadAfter(double seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return [.. Sensor.Read()];
    }

    /// <summary>Reads, and returns what was read of one GPU.</summary>
    public Reading ReadingAfter(double seconds, string uuid = First) =>
        Assert.Single(ReadAfter(seconds).OfType<LedgerEvent.DeviceRead>(), read => read.Device.Id == uuid).Reading;

    /// <summary>Reads each second.</summary>
    public void ReadSeconds(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            ReadAfter(seconds: 1);
        }
    }

    public void Dispose()
    {
        Fake?.Show(""); // whatever hangs goes on
        Sensor.Dispose();
        Fake?.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Put(string path, string text)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
