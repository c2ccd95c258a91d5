using System.Diagnostics;
using System.Globalization;
using Agent.Simulation;

namespace Agent.Tests.Binary;

/// <summary>An agent that is killed at random moments, again and again, on a machine that works on.</summary>
[Collection(nameof(InRealTime))]
public sealed class KilledAgentTests : IAsyncDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("joulet-killed-");
    private readonly CancellationTokenSource _over = new();
    private readonly Random _random = new(20261123);
    private readonly string _address = PublishedBinary.FreeAddress();
    private readonly HeldTime _time = new();
    private IReadOnlyDictionary<string, double> _shown = new Dictionary<string, double>();
    private int _scrapes;

    public KilledAgentTests(ITestOutputHelper output) => _output = output;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>How often it is killed; tests/system/kill says more often.</summary>
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("JOULET_KILLS") ?? "5", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _over.Dispose();
        _state.Delete(recursive: true);
    }

    [Fact]
    public async Task No_counter_falls_no_joule_is_lost_or_invented_and_the_time_it_was_down_is_said()
    {
        await using var machine = await SimulatedMachine.StartAsync(_time, Scenario.Default, 3, Stop);
        await using var driver = new SimulatedDriver(machine);
        var world = machine.RunAsync(_over.Token);
        await Task.Delay(TimeSpan.FromSeconds(2), Stop);
        await HoldAsync();
        var (before, began) = (Drawn(machine, driver), machine.Truth);
        var down = Stopwatch.StartNew();
        down.Reset();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var agent = Start(machine, driver);
            down.Stop();
            if (kill == 0)
            {
                await agent.ScrapeAsync(_address, scrape => scrape.Sum("joulet_sensor_up") >= 5, Stop); // all its counters are read
                _time.GoOn();
            }

            agent.KillIn(TimeSpan.FromMilliseconds(_random.Next(200, 5000)));
            await ScrapeAsync(agent);
            down.Start();
            await Task.Delay(_random.Next(1500), Stop);
        }

        using var last = Start(machine, driver);
        down.Stop();
        await ScrapeAsync(last, TimeSpan.FromSeconds(8));
        await HoldAsync();
        var (drawn, did) = (Drawn(machine, driver) - before, machine.Truth);
        await ScrapeAsync(last, TimeSpan.FromSeconds(6)); // all that was drawn is in
        var end = await last.ScrapeAsync(_address, _ => true, Stop);
        Assert.Equal(0, await last.StopAsync(Stop));
        await _over.CancelAsync();
        await world;

        var host = end.Sum("joulet_host_energy_joules_total");
        var restart = end.Sum("joulet_sensor_unobserved_seconds_total", "sensor=\"rapl:package-0\",cause=\"restart\"");
        _output.WriteLine($"{Kills} kills, {_scrapes} scrapes: drawn {drawn:0.000} J, booked {host:0.000} J; down {down.Elapsed.TotalSeconds:0.0} s, said {restart:0.0} s");
        _output.WriteLine(string.Join('\n', did.Models.Select(model => $"{model.Name}: {model.Generated} tokens, {end.Tokens(model.Name, "generated")} counted")));
        Assert.Equal(0, began.Models.Sum(model => model.Generated));
        Assert.Equal(drawn, host, drawn * 1e-6);
        Assert.Equal(host, end.Sum("joulet_energy_joules_total"), host * 1e-9);
        Assert.True(end.Sum("joulet_ledger_imbalance_joules") <= host * 1e-9);
        Assert.InRange(restart, down.Elapsed.TotalSeconds, down.Elapsed.TotalSeconds + (Kills * 3));
        Assert.All(did.Models, model => Assert.InRange(end.Tokens(model.Name, "generated"), model.Generated * 0.9, model.Generated));
        Assert.Equal(1, end.Sum("joulet_state_up"));
    }

    private static double Drawn(SimulatedMachine machine, SimulatedDriver driver) => driver.Joules.Values.Sum()
        + machine.Truth.Devices.Where(device => !driver.Joules.ContainsKey(device.Id)).Sum(device => device.Drawn.Value);

    /// <summary>Holds the machine, and gives its files the time to be written.</summary>
    private async Task HoldAsync()
    {
        _time.Hold();
        await Task.Delay(TimeSpan.FromMilliseconds(500), Stop);
    }

    private PublishedBinary Start(SimulatedMachine machine, SimulatedDriver driver) => PublishedBinary.Start(
        [
            "run", "--listen", _address, "--paths:sysfs", machine.Sysfs, "--paths:procfs", machine.Procfs, "--paths:state", _state.FullName,
            "--sensors:nvml:library", driver.Library, "--ollama:upstream", machine.UpstreamUrl, "--ollama:journal_unit", "",
        ],
        new Dictionary<string, string> { ["FAKE_NVML_STATE"] = driver.StateFile });

    /// <summary>Scrapes until it is killed, or for a time; no counter may fall or vanish.</summary>
    private async Task ScrapeAsync(PublishedBinary agent, TimeSpan? length = null)
    {
        var began = Stopwatch.GetTimestamp();
        var answered = false;
        while (length is null || Stopwatch.GetElapsedTime(began) < length)
        {
            if (await agent.TryScrapeAsync(_address, Stop) is { } scrape)
            {
                answered = true;
                var counters = scrape.Counters;
                var fallen = _shown.Where(was => !(counters.TryGetValue(was.Key, out var now) && now >= was.Value)).ToArray();
                Assert.True(fallen.Length == 0, $"Fallen, after {_scrapes} scrapes: {string.Join('\n', fallen.Select(was => $"{was.Key} {was.Value} -> {(counters.TryGetValue(was.Key, out var now) ? now : null)}"))}\n{agent.Output}");
                (_shown, _scrapes) = (counters, _scrapes + 1);
            }
            else if (agent.HasExited)
            {
                return;
            }

            await Task.Delay(_random.Next(answered ? 400 : 20), Stop);
        }
    }
}
