using Agent.Commands;
using Agent.Sensors;
using Agent.Tests.Recording;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Hosts;

/// <summary>What joulet check and /metrics say of whole machines. After a change that is meant, UPDATE_GOLDEN=1 writes the texts anew: read them.</summary>
public sealed class GoldenMachineTests
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    public static TheoryData<string> Machines => [.. FixtureTree.Names];

    [Fact]
    public void There_are_ten_machines_and_more() => Assert.InRange(FixtureTree.Names.Count(), 10, 100);

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Check_says_what_this_machine_has_and_what_is_wrong(string machine)
    {
        var stop = TestContext.Current.CancellationToken;
        using var tree = FixtureTree.Load(machine);
        var time = new FakeTimeProvider();
        await using var output = new StringWriter();
        var options = new CheckOptions(Measured, Json: false, Bundle: null, time, output, TextWriter.Null);
        tree.At(TimeSpan.Zero);
        await PassAsync(CheckCommand.RunAsync(tree.Config(), options, stop), tree, time, stop);

        Golden($"{machine}.check.txt", output.ToString().Replace(tree.Root, "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Metrics_tell_this_machines_meters_and_state(string machine)
    {
        using var tree = FixtureTree.Load(machine);
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);
        var sensors = SensorCatalog.Find(tree.Config(), clock).All;
        var self = new SelfCheck(sensors, clock);
        for (var passed = TimeSpan.Zero; passed <= Measured; passed += Step)
        {
            tree.At(passed);
            self.Step();
            time.Advance(Step);
        }

        foreach (var sensor in sensors.OfType<IDisposable>())
        {
            sensor.Dispose();
        }

        var text = await MetricsText.OfAsync(self.Ledger);
        var values = text.Split('\n').Where(line => !line.StartsWith('#') && !line.Contains("process_", StringComparison.Ordinal)
            && !line.StartsWith("joulet_build_info", StringComparison.Ordinal) && !line.StartsWith("joulet_advice{", StringComparison.Ordinal));
        Golden($"{machine}.metrics.txt", string.Join('\n', values.Order(StringComparer.Ordinal)).TrimStart() + "\n");
    }

    /// <summary>Lets time and the machine's counters go on until the work is done.</summary>
    private static async Task PassAsync(Task work, FixtureTree tree, FakeTimeProvider time, CancellationToken stop)
    {
        for (var passed = TimeSpan.Zero; !work.IsCompleted;)
        {
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(20), stop));
            passed += Step;
            tree.At(passed);
            time.Advance(Step);
        }

        await work;
    }

    private static void Golden(string name, string text)
    {
        var file = Path.Combine(FixtureTree.Folder, "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
    }
}
