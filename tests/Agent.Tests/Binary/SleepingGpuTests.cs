using System.Text.RegularExpressions;
using Agent.Tests.Hosts;

namespace Agent.Tests.Binary;

/// <summary>On laptops with a GPU that sleeps: every file that the published binary opens, by the word of the kernel.</summary>
[Collection(nameof(Waiting))]
public sealed partial class SleepingGpuTests
{
    /// <summary>The kernel answers these without the device (drivers/base/power/sysfs.c, drivers/pci/pci-sysfs.c), or from its memory.</summary>
    private static readonly string[] Harmless =
        ["power/runtime_status", "power/control", "power/autosuspend_delay_ms", "vendor", "device", "class", "unique_id", "product_name", "name"];

    [Theory]
    [InlineData("amd-laptop-asleep", "0000:03:00.0", "hwmon5")]
    [InlineData("nvidia-laptop-asleep", "0000:01:00.0", "no chip")]
    public async Task The_agent_opens_no_file_that_wakes_it(string machine, string gpu, string chip)
    {
        using var traced = new Traced(machine);
        var address = PublishedBinary.FreeAddress();
        using var binary = PublishedBinary.StartTraced(traced.Log, ["run", "--listen", address, .. traced.Settings]);

        var stop = TestContext.Current.CancellationToken;
        await binary.ScrapeAsync(address, _ => traced.Opened(gpu, chip).Count(file => file == "power/runtime_status") > 5, stop);
        Assert.Equal(0, await binary.StopAsync(stop));

        Assert.Empty(traced.Opened(gpu, chip).Except(Harmless));
        Assert.DoesNotContain(traced.All(), file => Device.IsMatch(file));
    }

    [Theory]
    [InlineData("amd-laptop-asleep", "0000:03:00.0", "hwmon5")]
    [InlineData("nvidia-laptop-asleep", "0000:01:00.0", "no chip")]
    public async Task Joulet_check_opens_no_file_that_wakes_it(string machine, string gpu, string chip)
    {
        using var traced = new Traced(machine);
        using var binary = PublishedBinary.StartTraced(traced.Log, ["check", "--for", "2s", .. traced.Settings]);

        Assert.Equal(0, await binary.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches("sleeps", binary.Output);
        Assert.Contains("power/runtime_status", traced.Opened(gpu, chip));
        Assert.Empty(traced.Opened(gpu, chip).Except(Harmless));
        Assert.DoesNotContain(traced.All(), file => Device.IsMatch(file));
    }

    [Fact]
    public async Task A_gpu_that_is_awake_is_read_or_this_would_prove_nothing()
    {
        using var traced = new Traced("amd-laptop-asleep");
        using var binary = PublishedBinary.StartTraced(traced.Log, ["check", "--for", "2s", .. traced.Settings]);

        Assert.Equal(0, await binary.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("power1_input", traced.Opened("0000:06:00.0", "hwmon6"));
    }

    /// <summary>Device nodes and the driver's library: to open them may wake a GPU.</summary>
    [GeneratedRegex("^/dev/(nvidia|dri|kfd)|libnvidia-ml", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Device { get; }

    [GeneratedRegex("open(at2?)?\\((AT_FDCWD, )?\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Opening { get; }

    /// <summary>A machine's files, and what was opened of them.</summary>
    private sealed class Traced : IDisposable
    {
        private readonly FixtureTree _tree;

        public Traced(string machine)
        {
            _tree = FixtureTree.Load(machine);
            _tree.At(TimeSpan.Zero);
        }

        public string Log => Path.Combine(_tree.Root, "strace.log");

        public IEnumerable<string> Settings =>
        [
            "--paths:sysfs", Path.Combine(_tree.Root, "sys"), "--paths:procfs", Path.Combine(_tree.Root, "proc"), "--paths:state", "",
            "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}", "--ollama:journal_unit", "", "--power_state:dbus_address", $"unix:path={_tree.Root}/nobody",
        ];

        public IEnumerable<string> All() => File.Exists(Log)
            ? Lines().Select(line => Opening.Match(line)).Where(match => match.Success).Select(match => match.Groups["path"].Value)
            : [];

        /// <summary>What was opened in a GPU's folder or its chip's, from there, whatever way led to it.</summary>
        public IReadOnlyList<string> Opened(string gpu, string chip) =>
        [
            .. All().Where(path => !Directory.Exists(path)).Select(path => path.Split($"/{chip}/") is [_, var inChip] ? inChip : path.Split($"/{gpu}/") is [_, var inGpu] ? inGpu : null)
                .OfType<string>(),
        ];

        public void Dispose() => _tree.Dispose();

        /// <summary>The tracer is still writing.</summary>
        private List<string> Lines()
        {
            using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var lines = new List<string>();
            while (reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }

            return lines;
        }
    }
}
