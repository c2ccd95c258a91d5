using System.Globalization;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Machine;
using Agent.Sensors.PowerState;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>A machine's processors as /sys and /proc show them, in plain files, and a sensor over them.</summary>
internal sealed class CpuFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-cpu-");

    public CpuFixture() => Sensor = NewSensor();

    public FakeTimeProvider Time { get; } = new();

    public CpuStateSensor Sensor { get; }

    public PathsConfig Paths => new()
    {
        Sysfs = Path.Combine(_folder.FullName, "sys"),
        Procfs = Path.Combine(_folder.FullName, "proc"),
    };

    /// <summary>Two cores of two threads, an Intel laptop's.</summary>
    public static CpuFixture Laptop()
    {
        var machine = new CpuFixture();
        for (var cpu = 0; cpu < 4; cpu++)
        {
            machine.Policy(cpu, "intel_pstate", "powersave", "balance_performance", 1_000_000 + (cpu * 200_000), 4_700_000);
            machine.State(cpu, 0, "POLL", 1_000, 10).State(cpu, 1, "C1E", 2_000_000, 200).State(cpu, 2, "C10", 70_000_000, 3_000);
        }

        return machine.Cpu("online", "0-3").Cpu("intel_pstate/no_turbo", "0").Cpu("smt/active", "1");
    }

    public CpuFixture Sys(string path, string text)
    {
        Put(Path.Combine(Paths.Sysfs, path), text);
        return this;
    }

    public CpuFixture Proc(string path, string text)
    {
        Put(Path.Combine(Paths.Procfs, path), text);
        return this;
    }

    public CpuFixture Cpu(string path, string text) => Sys($"devices/system/cpu/{path}", text);

    public CpuFixture Policy(int cpu, string driver, string governor, string? preference, long kilohertz, long most)
    {
        var folder = $"cpu{cpu}/cpufreq";
        Cpu($"{folder}/scaling_driver", driver).Cpu($"{folder}/scaling_governor", governor);
        Cpu($"{folder}/scaling_cur_freq", Text(kilohertz)).Cpu($"{folder}/cpuinfo_max_freq", Text(most));
        return preference is null ? this : Cpu($"{folder}/energy_performance_preference", preference);
    }

    public CpuFixture State(int cpu, int state, string name, long microseconds, long entries, bool disabled = false)
    {
        var folder = $"cpu{cpu}/cpuidle/state{state}";
        Cpu($"{folder}/name", name).Cpu($"{folder}/time", Text(microseconds)).Cpu($"{folder}/usage", Text(entries));
        return Cpu($"{folder}/disable", disabled ? "1" : "0");
    }

    public CpuFixture Remove(string path)
    {
        Directory.Delete(Path.Combine(Paths.Sysfs, "devices/system/cpu", path), recursive: true);
        return this;
    }

    public CpuStateSensor NewSensor(Enabled enabled = Enabled.Auto, TimeProvider? time = null) =>
        new(new PowerStateConfig { Enabled = enabled }, Paths, new MonotonicClock(time ?? Time));

    /// <summary>What the next look shows.</summary>
    public CpuState Look()
    {
        Time.Advance(TimeSpan.FromSeconds(10));
        return Assert.Single(Sensor.Read().OfType<LedgerEvent.CpuStateRead>()).State;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }
}
