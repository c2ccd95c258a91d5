using System.Text.Json;
using Agent.Tests.Sensors;
using Agent.Tests.Sensors.Wall;

namespace Agent.Tests.Binary;

/// <summary>Emissions, cost and the report of the published binary, with a provider of its own.</summary>
[Collection(nameof(Waiting))]
public sealed class FootprintTests : IDisposable
{
    private const string Key = "canary-71c4";

    private readonly SysfsFixture _sys = new();
    private readonly string _address = PublishedBinary.FreeAddress();
    private readonly string _state;

    public FootprintTests()
    {
        _sys.Cpu("GenuineIntel").Zone("intel-rapl:0", "package-0");
        _state = Directory.CreateDirectory(Path.Combine(_sys.Root, "state")).FullName;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _sys.Dispose();

    [Fact]
    public async Task Grams_and_cost_follow_the_joules_live_or_not_and_the_report_tells_the_same()
    {
        await using var grid = await PlugServer.StartAsync(context => PlugServer.AnswerAsync(
            context, $$"""{"zone":"DE","carbonIntensity":250,"datetime":"{{DateTimeOffset.UtcNow.AddMinutes(-30):yyyy-MM-ddTHH:mm:ssZ}}","isEstimated":false}"""));
        Scrape scrape;
        using (var agent = Start(grid.Address))
        {
            await agent.ScrapeAsync(_address, now => now.Sum("joulet_carbon_intensity_grams_per_kilowatt_hour", "zone=\"DE\",tier=\"live\"") == 250 && now.Sum("joulet_sensor_up") == 1, Stop);
            _sys.Count("intel-rapl:0", 51_000_000);
            scrape = await agent.ScrapeAsync(_address, now => now.Sum("joulet_energy_joules_total") >= 50, Stop);
            Assert.Equal(0, await agent.StopAsync(Stop));
            Assert.DoesNotContain(Key, agent.Output + scrape.Text, StringComparison.Ordinal);
        }

        Assert.Equal(50 / 3.6e6 * 250, scrape.Sum("joulet_carbon_emissions_grams_total"), 1e-9);
        Assert.Equal(50 / 3.6e6 * 0.30, scrape.Sum("joulet_energy_cost_total", "EUR"), 1e-12);
        Assert.InRange(scrape.Sum("joulet_carbon_intensity_age_seconds"), 1790, 1900);
        Assert.Equal(1, scrape.Sum("joulet_carbon_provider_up"));

        // It is asked again, and hangs: what it told before holds, and the joules are booked all the while.
        grid.Device = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using (var agent = Start(grid.Address))
        {
            await agent.ScrapeAsync(_address, now => now.Sum("joulet_carbon_intensity_grams_per_kilowatt_hour", "zone=\"DE\",tier=\"live\"") == 250 && now.Sum("joulet_sensor_up") == 1, Stop);
            _sys.Count("intel-rapl:0", 91_000_000);
            scrape = await agent.ScrapeAsync(_address, now => now.Sum("joulet_energy_joules_total") >= 90, Stop);
            Assert.Equal(0, await agent.StopAsync(Stop));
        }

        Assert.Equal(90 / 3.6e6 * 250, scrape.Sum("joulet_carbon_emissions_grams_total"), 1e-9);
        using var report = Report("year", "--json");
        Assert.Equal(0, await report.ExitAsync(Stop));
        var total = JsonDocument.Parse(report.Output).RootElement.GetProperty("total");
        Assert.Equal(90, total.GetProperty("joules").GetDouble(), 1e-6);
        Assert.Equal(90 / 3.6e6 * 250, total.GetProperty("co2_grams").GetDouble(), 1e-9);
        Assert.Equal(90 / 3.6e6 * 0.30, total.GetProperty("cost").GetProperty("EUR").GetDouble(), 1e-9);
        Assert.DoesNotContain(Key, string.Concat(Directory.EnumerateFiles(_state, "*", SearchOption.AllDirectories).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_on_the_command_line_is_refused_and_not_repeated()
    {
        using var binary = PublishedBinary.Start(["check", "--carbon:provider", "electricity_maps", "--carbon:zone", "DE", "--carbon:token", Key]);

        Assert.Equal(2, await binary.ExitAsync(Stop));
        Assert.Contains("carbon.token: may be given by the environment only", binary.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, binary.Output, StringComparison.Ordinal);
    }

    private PublishedBinary Start(string grid) => PublishedBinary.Start(
        [
            "run", "--listen", _address, "--paths:sysfs", _sys.Sysfs, "--paths:procfs", _sys.Procfs, "--paths:state", _state,
            "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}", "--ollama:journal_unit", "", "--sampling:interval", "200ms",
            "--carbon:provider", "electricity_maps", "--carbon:zone", "DE", "--carbon:endpoint", grid,
            "--cost:price_per_kwh", "0.30", "--cost:currency", "EUR",
        ],
        new Dictionary<string, string> { ["JOULET__CARBON__TOKEN"] = Key });

    private PublishedBinary Report(params string[] arguments) => PublishedBinary.Start(["report", .. arguments, "--paths:state", _state]);
}
