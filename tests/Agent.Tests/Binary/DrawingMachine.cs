using System.Diagnostics;
using System.Globalization;
using System.Text;
using Agent.Tests.Sensors;

namespace Agent.Tests.Binary;

/// <summary>
/// A two-socket server with memory-mapped twins and two GPUs, as files and a driver's state, that draws known watts while
/// it is told to. What it drew is what its counters moved by: the truth.
/// </summary>
internal sealed class DrawingMachine : IDisposable
{
    public const string Gpu0 = "GPU-11111111-1111-1111-1111-111111111111";
    public const string Gpu1 = "GPU-22222222-2222-2222-2222-222222222222";

    private const double Range = 262143.32885;
    private const double DramRange = 65712.999613;

    private readonly Dictionary<string, double> _watts = new()
    {
        ["intel-rapl:0"] = 180,
        ["intel-rapl:1"] = 150,
        ["intel-rapl:0:0"] = 12,
        ["intel-rapl:1:0"] = 11,
        [Gpu0] = 290,
        [Gpu1] = 240,
    };

    private readonly Dictionary<string, double> _register = new()
    {
        ["intel-rapl:0"] = Range - 300,
        ["intel-rapl:1"] = Range - 900,
        ["intel-rapl:0:0"] = DramRange - 60,
        ["intel-rapl:1:0"] = 4000,
        [Gpu0] = 5000,
        [Gpu1] = 7000,
    };

    private readonly Dictionary<string, double> _drawn = [];
    private readonly string _state;
    private long? _last;

    public DrawingMachine()
    {
        Sys.Cpu("GenuineIntel")
            .Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0:0", "dram", range: SysfsFixture.DramRange)
            .Zone("intel-rapl:1", "package-1").Zone("intel-rapl:1:0", "dram", range: SysfsFixture.DramRange)
            .Zone("intel-rapl-mmio:0", "package-0").Zone("intel-rapl-mmio:1", "package-1");
        Directory.CreateDirectory(Path.Combine(Sys.Procfs, "driver/nvidia"));
        File.WriteAllText(Path.Combine(Sys.Procfs, "driver/nvidia/version"), "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.163.01\n");
        _state = Path.Combine(Sys.Root, "nvml");
        Write();
    }

    public SysfsFixture Sys { get; } = new();

    public string StateFile => _state;

    public bool Gpu1Lost { get; set; }

    /// <summary>What a counter moved by since it first stood, whatever it shows.</summary>
    public double Drawn(string counter) => _drawn.GetValueOrDefault(counter);

    public double Watts(string counter) => _watts[counter];

    /// <summary>The counter starts from zero.</summary>
    public void Reset(string counter) => _register[counter] = 0;

    /// <summary>The zone answers no more; the others do.</summary>
    public void Break(string zone)
    {
        File.WriteAllText(Path.Combine(Sys.Folder(zone), "energy_uj"), "");
        _watts.Remove(zone);
    }

    /// <summary>Draws for a while, writing the counters every 20 ms. Once begun it draws all the time, also between two calls.</summary>
    public async Task DrawAsync(double seconds, CancellationToken stop)
    {
        var before = _last ?? Stopwatch.GetTimestamp();
        var end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        while (before < end)
        {
            await Task.Delay(20, stop);
            var now = Stopwatch.GetTimestamp();
            foreach (var (counter, watts) in _watts)
            {
                var joules = watts * (now - before) / Stopwatch.Frequency;
                _drawn[counter] = Drawn(counter) + joules;
                _register[counter] += joules;
            }

            _last = before = now;
            Write();
        }
    }

    /// <summary>Writes what there is to see.</summary>
    public void Write()
    {
        foreach (var zone in _watts.Keys.Where(key => key.StartsWith("intel", StringComparison.Ordinal)))
        {
            var range = zone.EndsWith(":0:0", StringComparison.Ordinal) || zone.EndsWith(":1:0", StringComparison.Ordinal) ? DramRange : Range;
            var shown = (long)(_register[zone] % range * 1e6);
            Sys.Count(zone, shown);
            if (!zone[11..].Contains(':', StringComparison.Ordinal))
            {
                Sys.Count(zone.Replace("rapl", "rapl-mmio", StringComparison.Ordinal), shown);
            }
        }

        var text = new StringBuilder("driver 550.163.01\n");
        foreach (var (index, uuid) in new[] { (0, Gpu0), (1, Gpu1) })
        {
            text.Append(CultureInfo.InvariantCulture, $"gpu {index} uuid {uuid}\ngpu {index} name NVIDIA L40S\ngpu {index} bus 00000000:{index + 1:x2}:00.0\n");
            text.Append(CultureInfo.InvariantCulture, $"gpu {index} architecture 8\ngpu {index} energy {(long)(_register[uuid] * 1000)}\n");
            text.Append(CultureInfo.InvariantCulture, $"gpu {index} power {(long)(_watts[uuid] * 1000)}\ngpu {index} utilization 0\n");
        }

        text.Append(Gpu1Lost ? "gpu 1 lost 15\n" : "");
        File.WriteAllText($"{_state}.new", text.ToString());
        File.Move($"{_state}.new", _state, overwrite: true);
    }

    public void Dispose() => Sys.Dispose();
}
