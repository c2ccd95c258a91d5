using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Core.Units;
using Agent.Export;
using Agent.Tests.Binary;
using Agent.Tests.Recording;
using Agent.Web.Page;

namespace Agent.Tests.Web;

public sealed partial class StatusPageTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Figures_of_the_page_are_those_of_the_metrics()
    {
        var start = Drawn(10);
        var ledger = Drawn(100, start);
        var scrape = new Scrape(await MetricsText.OfAsync(ledger));
        var parts = StatusPage.Parts(Of(ledger), RecentPast.Empty.Add(start)).ToDictionary(part => part.Id, part => part.Html);

        Assert.Equal(scrape.Sum("joulet_host_power_watts"), Data(parts["summary"])[0], 1e-9);
        Assert.Equal([scrape.Sum("joulet_host_power_watts", "gpu"), scrape.Sum("joulet_host_power_watts", "cpu")], Data(parts["now"]));
        Assert.Equal(scrape.Sum("joulet_energy_joules_total") - new Scrape(await MetricsText.OfAsync(start)).Sum("joulet_energy_joules_total"), Data(parts["spent"]).Sum(), 1e-6);
        Assert.Equal(scrape.Sum("joulet_carbon_emissions_grams_total"), Data(parts["footprint"])[1], 1e-9);
        Assert.Contains("nothing here measures the whole machine", parts["now"], StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_machine_that_tells_nothing_the_page_says_so_and_what_to_do()
    {
        var ledger = Ledger.Empty.Apply(new LedgerEvent.TickEnded(Moment.FromSeconds(1), Moment.FromSeconds(1)));
        var page = StatusPage.Render(Of(ledger), RecentPast.Empty.Add(ledger));

        Assert.Contains("Nothing on this machine tells what it draws: tokens are counted, joules are not.", page, StringComparison.Ordinal);
        Assert.Contains("No model was seen yet.", page, StringComparison.Ordinal);
        Assert.Contains("The command joulet check tells what was looked for.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_models_name_is_text_whatever_it_holds()
    {
        var model = ModelKey.OfName("<script>alert(1)</script>\"'&:latest");
        var ledger = Drawn(100) with { Models = Ledger.Empty.Models.Add(model, ModelTotals.None with { Tokens = new TokenCounts(1, 2, 3) }) };
        var page = StatusPage.Render(Of(ledger), RecentPast.Empty);

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;:latest", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_asks_for_nothing_from_elsewhere_and_runs_only_its_own_script()
    {
        await using var server = await WebServer.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{server.Address}/"), Stop);
        var page = await answer.Content.ReadAsStringAsync(Stop);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Contains($"script-src '{Hash(Inside(page, "script"))}'", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{Hash(Inside(page, "style"))}'", policy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.Equal("no-store", $"{answer.Headers.CacheControl}");
    }

    [Fact]
    public async Task Events_tell_all_parts_first_and_then_only_what_changed_and_end_with_the_agent()
    {
        await using var server = await WebServer.StartAsync();
        using var http = new HttpClient();
        await using var stream = await http.GetStreamAsync(new Uri($"http://{server.Address}/events"), Stop);
        using var lines = new StreamReader(stream);
        var first = await lines.ReadLineAsync(Stop);
        await lines.ReadLineAsync(Stop);
        server.Shown = Of(Drawn(100));
        var second = await lines.ReadLineAsync(Stop);

        Assert.All(StatusPage.Parts(WebServer.Empty, RecentPast.Empty), part => Assert.Contains($"\"{part.Id}\":", first, StringComparison.Ordinal));
        Assert.Contains("\"now\":", second, StringComparison.Ordinal);
        Assert.DoesNotContain("\"advice\":", second, StringComparison.Ordinal);
        await server.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await lines.ReadLineAsync(Stop) is not null)
            {
            }

            throw new EndOfStreamException();
        });
    }

    [Fact]
    public async Task More_pages_than_a_few_are_not_kept_up_to_date()
    {
        await using var server = await WebServer.StartAsync();
        using var http = new HttpClient();
        var open = new List<Stream>();
        for (var i = 0; i < 8; i++)
        {
            open.Add(await http.GetStreamAsync(new Uri($"http://{server.Address}/events"), Stop));
        }

        using var ninth = await http.GetAsync(new Uri($"http://{server.Address}/events"), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ninth.StatusCode);
        open.ForEach(stream => stream.Dispose());
    }

    [Theory]
    [InlineData(1000, 2.0, "▼ </span>50 % less than before")]
    [InlineData(1000, 4.1, "as before")]
    [InlineData(1000, 8.0, "▲ </span>100 % more than before")]
    [InlineData(100, 8.0, "")]
    public void A_models_figure_is_held_against_all_the_time_before_where_there_is_enough_of_it(long before, double joules, string trend)
    {
        var model = ModelKey.OfName("m:latest");
        var start = Worked(Ledger.Empty, model, 0, before, 4);
        var now = Worked(start, model, 10, 200, joules);
        var html = StatusPage.Parts(Of(now), RecentPast.Empty.Add(start)).Single(part => part.Id == "models").Html;

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<data value=\"{joules:R}\">"), html, StringComparison.Ordinal);
        Assert.Equal(trend.Length > 0, html.Contains("before</small></td>", StringComparison.Ordinal));
        Assert.Contains(trend, html, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_past_an_hour_is_kept()
    {
        var (past, ledger) = (RecentPast.Empty, Drawn(1));
        for (var second = 21.0; second < 3 * 3600; second += RecentPast.Step.TotalSeconds)
        {
            ledger = Drawn(second, ledger);
            past = past.Add(ledger);
        }

        var (came, time) = past.Until(Drawn(3 * 3600, ledger));
        Assert.InRange(time.TotalMinutes, 60, 61);
        Assert.Equal(50 * time.TotalSeconds, came.Energy.Value, 100.0);
        Assert.InRange(past.Glances.Length, 180, 183);
        Assert.All(past.Power(Component.Gpu), watts => Assert.Equal(40, watts!.Value.Value, 1e-6));
    }

    /// <summary>A GPU of 40 W and a package of 10 W, from 0 s on.</summary>
    private static Ledger Drawn(double seconds, Ledger? from = null)
    {
        var (gpu, cpu) = (new Device(DeviceKind.Gpu, "GPU-1", "nvml:GPU-1"), new Device(DeviceKind.Package, "package-0", "rapl:package-0", 0));
        var ledger = from ?? Ledger.Empty.Apply(new LedgerEvent.IntensityTold(default, new Core.Carbon.CarbonIntensity(400, "fixed", "", Core.Carbon.IntensityTier.Fixed)));
        foreach (var at in from is null ? [0, seconds - 1, seconds] : new[] { seconds - 1, seconds })
        {
            foreach (var (device, watts) in new[] { (gpu, 40.0), (cpu, 10.0) })
            {
                ledger = ledger.Apply(new LedgerEvent.DeviceRead(
                    Moment.FromSeconds(at), device, new Reading.Counter(new Joules(watts * at)) { MostPower = new Watts(1000) }));
            }
        }

        return ledger.Apply(new LedgerEvent.TickEnded(Moment.FromSeconds(seconds), Moment.FromSeconds(seconds)));
    }

    /// <summary>Tokens of a model at so many joules each.</summary>
    private static Ledger Worked(Ledger ledger, ModelKey model, double at, long tokens, double joules)
    {
        var before = ledger.Models.GetValueOrDefault(model, ModelTotals.None);
        var spent = Glance.Of(ledger).Models.GetValueOrDefault(model).Active.Value + (tokens * joules);
        var gpu = new DeviceLedger(new Device(DeviceKind.Gpu, "GPU-1", "nvml:GPU-1")).Save() with
        {
            Accounts = [new SavedAccount(Category.Generation, model, spent)],
        };
        return ledger with
        {
            LastTick = Moment.FromSeconds(at + 1),
            Models = ledger.Models.SetItem(model, before with
            {
                Tokens = before.Tokens + new TokenCounts(0, 0, tokens),
                Slots = before.Slots + new PhaseSeconds(0, 0, tokens / 40.0, 0),
            }),
            Devices = ledger.Devices.SetItem("GPU-1", DeviceLedger.Restored(gpu, idle: null)),
        };
    }

    private static Snapshot Of(Ledger ledger) => WebServer.Empty with { Ledger = ledger };

    private static double[] Data(string html) =>
        [.. Figure.Matches(html).Select(match => double.Parse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture))];

    private static string Inside(string page, string element)
    {
        var from = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        return page[from..page.IndexOf($"</{element}>", from, StringComparison.Ordinal)];
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    [GeneratedRegex("<data value=\"(?<value>[^\"]+)\">", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Figure { get; }
}
