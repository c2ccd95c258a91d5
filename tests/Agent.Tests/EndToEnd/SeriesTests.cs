using System.Collections.Immutable;
using Agent.Export;
using Agent.Simulation;
using Agent.Tests.Binary;
using Agent.Tests.Recording;
using Agent.Web;

namespace Agent.Tests.EndToEnd;

public sealed class SeriesTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Two_GPUs_and_five_models_are_at_most_three_hundred_series_and_four_a_model_for_each_power_profile()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(FiveModels(), seed: 5, stop);
        await agent.RunAsync(TimeSpan.FromSeconds(150), stop);
        var scrape = new Scrape(await MetricsText.OfAsync(agent.Ledger, Vitals));

        Assert.Equal(5, Count(scrape, "joulet_model_loaded{"));
        var all = scrape.Text.Split('\n').Count(line => line.Length > 0 && line[0] != '#');
        var profiles = Count(scrape, "joulet_model_energy_by_profile_joules_total{") + Count(scrape, "joulet_model_tokens_by_profile_total{");
        output.WriteLine($"{all} series, {profiles} of them by power profile");
        Assert.InRange(all - profiles, 150, 300);
        Assert.Equal(5 * 4, profiles);
    }

    /// <summary>Of an agent that keeps its state, asks a provider and reads Ollama's log.</summary>
    private static Vitals Vitals { get; } = new("1.2.3", 0, 0, 0, 12)
    {
        Grid = (true, new Dictionary<string, long>()),
        HistoryUp = true,
        LogLines = new Dictionary<string, long> { ["counted"] = 1, ["other"] = 1 },
        ScrapesRefused = new ScrapeCounts().Refused,
        State = new StateVitals(true, 1, new Dictionary<string, long>()),
    };

    /// <summary>One after the other is loaded, works and is ended, but for the last two.</summary>
    private static Scenario FiveModels()
    {
        ImmutableArray<ModelSpec> models = [.. Enumerable.Range(0, 5).Select(i => (i % 2 == 0 ? Scenario.Small : Scenario.Large) with { Name = $"model{i}:latest", Aliases = [], Gpu = i % 2 })];
        return Scenario.Default with { Models = models, Script = _ => Script(models) };
    }

    private static IEnumerable<ScriptEvent> Script(ImmutableArray<ModelSpec> models)
    {
        for (var i = 0; i < models.Length; i++)
        {
            yield return new ScriptEvent.Ask(10 + (25 * i), models[i], new Prompt(300, 0, 200, 40));
            if (i < 3)
            {
                yield return new ScriptEvent.Unload(33 + (25 * i), models[i]);
            }
        }
    }

    private static int Count(Scrape scrape, string name) => scrape.Text.Split('\n').Count(line => line.StartsWith(name, StringComparison.Ordinal));
}
