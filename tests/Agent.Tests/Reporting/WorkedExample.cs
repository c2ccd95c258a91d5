using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.History;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Grid;
using Agent.Reporting;
using static Agent.Reporting.Figures;

namespace Agent.Tests.Reporting;

/// <summary>The machine of an article, through the ledger and a report: README's table.</summary>
internal static class WorkedExample
{
    private const double GpuWatts = 120, CpuWatts = 45, TokensPerSecond = 60, LoadSeconds = 5;

    private const long Start = 1_793_000_000 / 3600 * 3600;

    /// <summary>The table, beside what the article claims.</summary>
    public static string Table()
    {
        var (model, report) = Model();
        double tokens = model.Counts.Tokens.Generated, hundred = 100 / tokens;
        var cloud = CloudComparison.Of(report, CloudReferences.All, GridTable.Find(ReportData.CloudCountry)!.Grams, pue: 1);
        var same = cloud.Single(one => one.Reference.Id == "ecologits-8b").Cloud!.Value * hundred;
        var frontier = cloud.Where(one => one is { Reference.Kind: "frontier", Cloud: not null }).Select(one => one.Cloud!.Value * hundred).ToArray();
        var load = (GpuWatts + CpuWatts) * LoadSeconds;
        var (location, market) = (model.Own.Sum.Emissions.Location * hundred, model.Own.Sum.Emissions.Market * hundred);
        var text = new StringBuilder("| | the article | joulet |\n|---|---|---|\n");
        text.Append(Say($"| 100 tokens here | 0.012 kWh | {Energy(model.ActiveJoules * hundred)}, which is {model.ActiveJoules * hundred / 3.6e6:0.000000} kWh ({model.ActiveJoulesPerToken:0.00} J a token) |\n"));
        text.Append(Say($"| 100 tokens in a cloud | 0.018 kWh | the same 8B model: {Energy(same.Central)} ({Energy(same.Low)} to {Energy(same.High)}); frontier models: {Energy(frontier.Min(one => one.Low))} to {Energy(frontier.Max(one => one.High))} |\n"));
        text.Append(Say($"| a load | 0.15 kWh | {Energy(load)} for {LoadSeconds:0} s at the same watts; joulet measures it |\n"));
        text.Append(Say($"| CO2 of 100 tokens in Japan | | {Grams(location)} ({GridTable.Find("JP")!.Grams:0} g/kWh, {GridTable.Find("JP")!.Year}) |\n"));
        text.Append(Say($"| the same with 45 % renewable energy | 20 % less | location-based: nothing less; market-based: {Grams(market)}, {Percent(1 - (market / location))} less, by the grid's average for the rest, which is too low: its residual mix is dirtier |\n"));
        return text.ToString();
    }

    /// <summary>Ten minutes of generating, nothing else: idle is given as nothing, as the article has it.</summary>
    private static (ModelReport Model, Report Report) Model()
    {
        Device[] devices = [new(DeviceKind.Gpu, "GPU-0", "nvml:GPU-0"), new(DeviceKind.Package, "package-0", "rapl:package-0", 0)];
        var ledger = Ledger.Empty with
        {
            IdleWatts = Ledger.Empty.IdleWatts.Add("GPU-0", Watts.Zero).Add("package-0", Watts.Zero),
            Footprint = FootprintBook.Empty with { Rules = FootprintRules.Usual with { RenewableShare = 0.45 } },
        };
        var runner = new RunnerId(7, 7);
        var events = new List<LedgerEvent>
        {
            new LedgerEvent.HourBegan(default, Start),
            new LedgerEvent.IntensityTold(default, new CarbonIntensity(GridTable.Find("JP")!.Grams, "static", "JP", IntensityTier.Static)),
            new LedgerEvent.RunnerFound(default, new Runner { Id = runner, Blob = "sha256-a" }, default),
            new LedgerEvent.ModelNamed(default, "sha256-a", "llama3.1:8b", new ModelDetails(null, null, null)),
        };
        for (var second = 0; second <= 600; second++)
        {
            var at = Moment.FromSeconds(second);
            events.AddRange(devices.Select((device, i) => new LedgerEvent.DeviceRead(
                at, device, new Reading.Counter(new Joules(second * (i == 0 ? GpuWatts : CpuWatts))) { MostPower = new Watts(1000) })));
            events.Add(new LedgerEvent.RunnerAnswered(at, runner, new RunnerAnswer.Serving(
                [new RunnerSlot(true, 1, (long)(second * TokensPerSecond))], new RunnerCounters(0, 0, 0, 0, 0))));
            events.Add(new LedgerEvent.TickEnded(at, at));
        }

        var hours = events.Aggregate(ledger, (next, entry) => next.Apply(entry)).Hours;
        var period = Period.Parse("2026-10", DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc).Period!;
        var report = Report.Of(
            period,
            hours.Cells.Select(pair => new HourRow(pair.Key, pair.Value)),
            hours.Tokens.Select(pair => new TokenRow(pair.Key.Start, pair.Key.Model, pair.Value)),
            period.To);
        return (report.Models.Single(), report);
    }
}
