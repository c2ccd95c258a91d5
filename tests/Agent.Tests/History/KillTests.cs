using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Agent.History;

namespace Agent.Tests.History;

public sealed partial class KillTests(ITestOutputHelper output) : IDisposable
{
    private const string Told = "JOULET_TEST_COMMITS_IN";
    private const int Things = 20;
    private const int Sigkill = 9;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    private readonly StateDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    /// <summary>Stopped, its files are what a kill would leave at that moment; so one process stands for many.</summary>
    [Fact]
    public async Task Wherever_it_is_killed_what_was_acknowledged_is_there_and_the_rest_is_whole_or_absent()
    {
        using var child = StartChild();
        await EventuallyAsync(() => Acknowledged() > 3);
        var random = new Random(20261123);
        var seen = new SortedSet<long>();
        var ahead = 0;
        for (var i = 0; i < 50; i++)
        {
            await Task.Delay(random.Next(15), TestContext.Current.CancellationToken);
            await StopAsync(child);
            var acknowledged = Acknowledged();
            var copy = Directory.CreateDirectory(Path.Combine(_disk.Folder, "..", $"copy-{i}")).FullName;
            foreach (var file in Directory.GetFiles(_disk.Folder, "joulet.db*"))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            Signal(child, Sigcont);
            var there = Read(copy);
            Assert.InRange(there, acknowledged, acknowledged + 1);
            seen.Add(there);
            ahead += there > acknowledged ? 1 : 0;
        }

        Signal(child, Sigkill);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.InRange(Read(_disk.Folder), Acknowledged(), Acknowledged() + 1);
        output.WriteLine($"{seen.Count} different states, the last after {seen.Max} commits; {ahead} times one was on the disk before it was acknowledged");
        Assert.InRange(seen.Count, 25, 50);
    }

    [Fact(Explicit = true)]
    public void Child_that_commits_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(Told)!;
        using var file = Assert.IsType<StateOpening.Opened>(StateFile.Open(Path.Combine(folder, "joulet.db"))).File;
        using var told = File.OpenHandle(AckFile(folder), FileMode.Create, FileAccess.Write);
        for (var n = 1L; ; n++)
        {
            var rows = Enumerable.Range(0, Things).Where(thing => (n + thing) % 7 > 0) // some come and go
                .ToDictionary(thing => new RowKey("a", $"{thing}"), thing => $"{n} {new string('x', thing * 20)}");
            file.Commit(StateDisk.Parts, rows, StateDisk.Stamp());
            RandomAccess.Write(told, BitConverter.GetBytes(n), 0);
        }
    }

    /// <summary>What was committed last; fails where it is not whole.</summary>
    private static long Read(string folder)
    {
        using var file = Assert.IsType<StateOpening.Opened>(StateFile.Open(Path.Combine(folder, "joulet.db"))).File;
        var n = long.Parse(file.Rows.Values.First().Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.Equal(Enumerable.Range(0, Things).Where(thing => (n + thing) % 7 > 0).Order(), file.Rows.Keys.Select(key => int.Parse(key.Key, CultureInfo.InvariantCulture)).Order());
        Assert.All(file.Rows.Values, row => Assert.StartsWith($"{n} ", row, StringComparison.Ordinal));
        return n;
    }

    private static string AckFile(string folder) => Path.Combine(folder, "acknowledged");

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken); // the test's own limit ends it
        }
    }

    private static void Signal(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    /// <summary>Stops all of its threads, at whatever they are.</summary>
    private static async Task StopAsync(Process process)
    {
        Signal(process, Sigstop);
        await EventuallyAsync(() => Directory.EnumerateDirectories($"/proc/{process.Id}/task").All(thread =>
            File.ReadAllText(Path.Combine(thread, "stat")) is var stat && stat[(stat.LastIndexOf(')') + 2)..].StartsWith('T')));
    }

    private long Acknowledged()
    {
        var bytes = File.Exists(AckFile(_disk.Folder)) ? File.ReadAllBytes(AckFile(_disk.Folder)) : [];
        return bytes.Length == sizeof(long) ? BitConverter.ToInt64(bytes) : 0;
    }

    private Process StartChild()
    {
        Directory.CreateDirectory(_disk.Folder);
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Agent.Tests"),
            ["--explicit", "only", "--filter-method", $"*.{nameof(Child_that_commits_until_it_is_killed)}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [Told] = _disk.Folder },
        };
        var child = Process.Start(start)!;
        child.BeginOutputReadLine();
        return child;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int pid, int signal);
}
