using Agent.Tests.Sensors.Nvml;

namespace Agent.Tests.Binary;

/// <summary>The published binary lets go of the driver and takes it up again, and lives on.</summary>
[Collection(nameof(Waiting))]
public sealed class ReleasedDriverTests : IDisposable
{
    private const int Sigkill = 9;
    private const int Sigusr1 = 10;
    private const int Sigusr2 = 12;
    private const string Gpu = $"nvml:{NvmlMachine.First}";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("joulet-released-");
    private readonly NvmlFake _fake = new($"gpu 0 uuid {NvmlMachine.First}\ngpu 0 bus 00000000:01:00.0\ngpu 0 architecture 8\ngpu 0 energy 1000\ngpu 0 watts 250\n");
    private readonly string _address = PublishedBinary.FreeAddress();

    public ReleasedDriverTests()
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "driver/nvidia"));
        File.WriteAllText(Path.Combine(_root.FullName, "driver/nvidia/version"), "NVIDIA UNIX Kernel Module  550.163.01\n");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _fake.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task SIGUSR1_releases_it_and_SIGUSR2_takes_it_up_again_also_without_a_state()
    {
        using var binary = Start(state: "");
        await ReadAsync(binary, joules: 50);

        binary.Signal(Sigusr1);

        var released = await ReleasedAsync(binary);
        Assert.Equal(1, _fake.Calls("nvmlShutdown"));

        binary.Signal(Sigusr2);

        // What was drawn meanwhile is told by the counter.
        await ReadAsync(binary, Joules(released) + 50);
        Assert.Equal(2, _fake.Calls("nvmlInit_v2"));
        Assert.Equal(0, await binary.StopAsync(Stop));
        var lines = binary.Output.Split('\n');
        Assert.Single(lines, line => line.EndsWith("SIGUSR1: NVML is released at the next reading.", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("nvml: NVML was released on request", StringComparison.Ordinal));
        Assert.Single(lines, line => line.EndsWith("SIGUSR2: NVML is taken up again at the next reading.", StringComparison.Ordinal));
        Assert.Single(lines, line => line.EndsWith(" nvml works again.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_own_commands_do_it_also_after_it_was_killed_and_started_again()
    {
        var state = Path.Combine(_root.FullName, "state");
        using (var killed = Start(state))
        {
            await ReadAsync(killed, joules: 10);
            Assert.Equal(0, await CommandAsync("status", state, "NVML is not released"));
            killed.Signal(Sigkill);
            await killed.ExitAsync(Stop);
        }

        Assert.True(File.Exists(Path.Combine(state, "control.sock")));
        Assert.Equal(1, await CommandAsync("release", state, "no agent answers"));
        using var binary = Start(state);
        await ReadAsync(binary, joules: 50);

        Assert.Equal(0, await CommandAsync("release", state, "Nothing of joulet holds NVIDIA's driver"));

        Assert.Equal(1, _fake.Calls("nvmlShutdown"));
        var released = await ReleasedAsync(binary);
        Assert.Equal(0, await CommandAsync("status", state, "Nothing of joulet holds NVIDIA's driver"));

        Assert.Equal(0, await CommandAsync("hold", state, "NVML is taken up again"));

        await ReadAsync(binary, Joules(released) + 50);
        Assert.Equal(0, await binary.StopAsync(Stop));
        Assert.False(File.Exists(Path.Combine(state, "control.sock")));
    }

    private static double Joules(Scrape scrape) => scrape.Sum("joulet_gpu_energy_joules_total");

    private PublishedBinary Start(string state) => PublishedBinary.Start(
        [
            "run", "--listen", _address, "--paths:sysfs", _root.FullName, "--paths:procfs", _root.FullName, "--paths:state", state,
            "--sensors:nvml:library", _fake.Library, "--sampling:interval", "200ms", "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}",
            "--ollama:journal_unit", "",
        ],
        new Dictionary<string, string> { ["FAKE_NVML_STATE"] = _fake.StateFile });

    private Task<Scrape> ReadAsync(PublishedBinary binary, double joules) => binary.ScrapeAsync(
        _address, scrape => scrape.Sum("joulet_sensor_up", Gpu) == 1 && scrape.Sum("joulet_gpu_nvml_held") == 1 && Joules(scrape) >= joules, Stop);

    private Task<Scrape> ReleasedAsync(PublishedBinary binary) => binary.ScrapeAsync(
        _address,
        scrape => scrape.Sum("joulet_sensor_up", "nvml") == 0 && scrape.Has("joulet_gpu_nvml_held") && scrape.Sum("joulet_gpu_nvml_held") == 0,
        Stop);

    /// <summary>Runs joulet nvml, which must say something: its exit code.</summary>
    private static async Task<int> CommandAsync(string command, string state, string expected)
    {
        using var binary = PublishedBinary.Start(["nvml", command, "--paths:state", state]);
        var exit = await binary.ExitAsync(Stop);
        Assert.Contains(expected, binary.Output, StringComparison.Ordinal);
        return exit;
    }
}
