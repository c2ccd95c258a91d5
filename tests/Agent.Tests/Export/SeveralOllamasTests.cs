using System.Text;
using System.Text.RegularExpressions;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Export;

namespace Agent.Tests.Export;

public sealed partial class SeveralOllamasTests
{
    private const string One = "127.0.0.1:11434";
    private const string Other = "127.0.0.1:11500";
    private const string Model = "llama3.1:latest";

    private static readonly Device Package = new(DeviceKind.Package, "package-0", "rapl:package-0", 0);

    [Fact]
    public async Task With_one_Ollama_nothing_says_whose_it_is() =>
        Assert.DoesNotContain("ollama=", await TextAsync(TwoModels("", null), severalOllamas: false), StringComparison.Ordinal);

    [Fact]
    public async Task With_two_a_model_of_one_name_is_told_for_each_and_no_row_twice()
    {
        var text = await TextAsync(TwoModels(One, Other), severalOllamas: true);

        Assert.Contains($"joulet_model_tokens_total{{model=\"{Model}\",type=\"generated\",ollama=\"{One}\"}} 60\n", text, StringComparison.Ordinal);
        Assert.Contains($"joulet_model_tokens_total{{model=\"{Model}\",type=\"generated\",ollama=\"{Other}\"}} 90\n", text, StringComparison.Ordinal);
        Assert.Contains($"quantization=\"Q4_0\",ollama=\"{One}\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"quantization=\"Q8_0\",ollama=\"{Other}\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"joulet_model_loaded{{model=\"{Model}\",ollama=\"{One}\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"joulet_model_loaded{{model=\"{Model}\",ollama=\"{Other}\"}} 0\n", text, StringComparison.Ordinal);
        Assert.Contains($"joulet_model_vram_bytes{{model=\"{Model}\",ollama=\"{One}\"}} 7\n", text, StringComparison.Ordinal);
        Assert.Contains($"joulet_ollama_up{{ollama=\"{One}\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"joulet_ollama_info{{version=\"0.33.0\",ollama=\"{Other}\"}} 1\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.LastIndexOf(' ')]).ToArray();
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    [Fact]
    public async Task With_two_the_energy_of_each_is_its_own_and_adds_up_to_the_hosts()
    {
        var text = await TextAsync(TwoModels(One, Other), severalOllamas: true);

        double Sum(string ollama) => Energy.Matches(text).Where(match => match.Groups["ollama"].Value == ollama)
            .Sum(match => double.Parse(match.Groups["joules"].Value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(20, Sum(One), 0.1);
        Assert.Equal(60, Sum(Other), 0.1);
    }

    [Fact]
    public void Every_row_about_a_model_or_an_Ollama_says_whose_it_is_where_there_are_several()
    {
        var (one, several) = (MetricCatalog.Rows(severalOllamas: false), MetricCatalog.Rows(severalOllamas: true));

        Assert.Equal(one.Select(row => row.Name), several.Select(row => row.Name));
        Assert.All(one, row => Assert.DoesNotContain(MetricRow.Ollama, row.Labels));
        Assert.All(several, row => Assert.Equal(
            row.Labels.Contains("model") || row.Name.StartsWith("joulet_ollama_", StringComparison.Ordinal),
            row.Labels.LastOrDefault() == MetricRow.Ollama));
    }

    [Fact]
    public void Rows_have_as_many_values_as_labels()
    {
        foreach (var several in new[] { false, true })
        {
            var snapshot = Snapshot(several ? TwoModels(One, Other) : TwoModels("", null));
            Assert.All(MetricCatalog.Rows(several), row => Assert.All(row.Samples(snapshot), sample => Assert.Equal(row.Labels.Length, sample.Labels.Length)));
        }
    }

    /// <summary>Two models of one name and blob. The first generates for 2 s while 10 W more are drawn, the second for 2 s at 30 W more.</summary>
    private static Ledger TwoModels(string one, string? other)
    {
        var events = new List<LedgerEvent> { Read(0, 0) };
        foreach (var (ollama, pid) in new[] { (one, 10), (other, 11) })
        {
            if (ollama is not null)
            {
                events.Add(new LedgerEvent.OllamaChecked(default, Up: true, "0.33.0", ollama));
                events.Add(new LedgerEvent.RunnerFound(default, new Runner { Id = new RunnerId(pid, 1), Ollama = ollama, Blob = "sha256-a" }, default));
                events.Add(new LedgerEvent.ModelNamed(default, "sha256-a", Model, new ModelDetails("llama", "8B", pid == 10 ? "Q4_0" : "Q8_0"), ollama));
                events.Add(new LedgerEvent.ModelsListed(default, [new LoadedModel(Model, 9, 7)], ollama));
                events.Add(Answer(pid, 0.001, 0, 0));
            }
        }

        for (var second = 1; second <= 24; second++)
        {
            // 20 s of quiet at 20 W, then each in its turn.
            events.Add(Read(second, (20 * second) + (10 * Math.Clamp(second - 20, 0, 2)) + (30 * Math.Clamp(second - 22, 0, 2))));
            events.Add(Answer(10, second, 30 * Math.Clamp(second - 20, 0, 2), Math.Clamp(second - 20, 0, 2)));
            events.Add(Answer(11, second, 45 * Math.Clamp(second - 22, 0, 2), Math.Clamp(second - 22, 0, 2)));
            events.Add(new LedgerEvent.TickEnded(Moment.FromSeconds(second), Moment.FromSeconds(second)));
        }

        events.Add(new LedgerEvent.RunnerGone(Moment.FromSeconds(25), new RunnerId(11, 1)));
        return events.Aggregate(Ledger.Empty, (ledger, entry) => ledger.Apply(entry));
    }

    private static LedgerEvent.RunnerAnswered Answer(int pid, double at, long generated, double seconds) => new(
        Moment.FromSeconds(at),
        new RunnerId(pid, 1),
        new RunnerAnswer.Serving([default], new RunnerCounters(0, 0, 0, generated, seconds)));

    private static LedgerEvent.DeviceRead Read(double at, double joules) =>
        new(Moment.FromSeconds(at), Package, new Reading.Counter(new Joules(joules)) { MostPower = new Watts(1000) });

    private static Snapshot Snapshot(Ledger ledger) => new(ledger, new Vitals("1.2.3", 1_700_000_000, 0.5, 25_000_000, 12));

    private static async Task<string> TextAsync(Ledger ledger, bool severalOllamas)
    {
        using var text = new MemoryStream();
        var exposition = new PrometheusExposition(MetricCatalog.Rows(severalOllamas));
        await exposition.WriteAsync(Snapshot(ledger), text, ExpositionFormat.Text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    [GeneratedRegex("""joulet_model_energy_joules_total\{[^}]*category="generation"[^}]*ollama="(?<ollama>[^"]*)"\} (?<joules>[0-9.e+-]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Energy { get; }
}
