using System.Text;
using Agent.Commands;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Tests.Recording;

namespace Agent.Tests.Commands;

public sealed class ReplayCommandTests
{
    private static readonly Device Package = new(DeviceKind.Package, "package-0", "rapl:package-0", 0);

    [Fact]
    public async Task The_summary_tells_the_ledger_in_plain_words()
    {
        using var recorded = await new Recorded().WriteAsync(Session());
        var (exit, output, errors) = await RunAsync(recorded.File);

        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal(
            """
            Recorded by joulet 1.2.3 from 1970-01-01 00:00:00 UTC on: 6.0 s, 14 events.

            EVENTS                                         COUNT
            device_read                                        4
            model_named                                        1
            runner_answered                                    2
            runner_found                                       1
            tick                                               6

            DEVICES                                                 MEASURED J      BOOKED J
            package   package-0                                         60.000        60.000

            ACCOUNTS                                                                       J
            idle                                                                      60.000

            TOKENS                                        PROMPT      CACHED   GENERATED  SOURCE
            llama?[2J:latest                                   5           0          30  runner

            The ledger's imbalance is 0 J.

            """,
            output);
    }

    [Fact]
    public async Task The_metrics_are_those_of_the_ledger_without_the_agents_own_process()
    {
        using var recorded = await new Recorded().WriteAsync(Session());
        var (exit, output, errors) = await RunAsync(recorded.File, metrics: true);
        var ledger = Session().Aggregate(Ledger.Empty, (ledger, entry) => ledger.Apply(entry));
        var live = await MetricsText.OfAsync(ledger);

        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("joulet_energy_joules_total{component=\"cpu\",category=\"idle\"} 60\n", output, StringComparison.Ordinal);
        Assert.Contains("process_cpu_seconds_total", live, StringComparison.Ordinal);
        Assert.Equal(live.Split('\n').Where(line => !line.Contains("process_", StringComparison.Ordinal)), output.Split('\n'));
    }

    [Fact]
    public async Task A_file_cut_off_is_replayed_and_said_to_be()
    {
        using var recorded = await new Recorded().WriteAsync(Session());
        await File.AppendAllTextAsync(recorded.File, "{\"ty", TestContext.Current.CancellationToken);
        var (exit, output, errors) = await RunAsync(recorded.File);

        Assert.Equal(0, exit);
        Assert.Contains("14 events", output, StringComparison.Ordinal);
        Assert.Equal($"joulet: {recorded.File}: is cut off in its last line, by a kill or because it is being written: replayed up to there.\n", errors);
    }

    [Fact]
    public async Task What_is_no_recording_is_bad_usage()
    {
        using var recorded = new Recorded();
        await File.WriteAllTextAsync(recorded.File, "listen: 1", TestContext.Current.CancellationToken);

        Assert.Equal((2, "", $"joulet: {recorded.File}: is no recording of joulet\n"), await RunAsync(recorded.File));
    }

    /// <summary>A package that draws 20 W in quiet, then a runner that generates; its model's name would clear a terminal.</summary>
    private static IEnumerable<LedgerEvent> Session()
    {
        for (var i = 1; i <= 4; i++)
        {
            var at = Moment.FromSeconds(i);
            yield return new LedgerEvent.DeviceRead(at, Package, new Reading.Counter(new Joules(20 * i)) { MostPower = new Watts(1000) });
            yield return new LedgerEvent.TickEnded(at, at);
        }

        var (born, runner) = (Moment.FromSeconds(5), new RunnerId(42, 7));
        yield return new LedgerEvent.ModelNamed(born, "sha256-1", "llama\u001b[2J:latest", new ModelDetails(null, null, null));
        yield return new LedgerEvent.RunnerFound(born, new Runner { Id = runner, Blob = "sha256-1" }, born);
        for (var i = 0; i <= 1; i++)
        {
            var at = born + TimeSpan.FromSeconds(i);
            yield return new LedgerEvent.RunnerAnswered(at, runner, new RunnerAnswer.Serving([], new RunnerCounters(5 * i, null, 0.1, 30 * i, i)));
            yield return new LedgerEvent.TickEnded(at, at);
        }
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string file, bool metrics = false)
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter();
        var exit = await ReplayCommand.RunAsync(file, metrics, output, errors, TestContext.Current.CancellationToken);
        return (exit, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
