using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Simulation;

namespace Agent.Tests.EndToEnd;

public sealed class SimulatedAgentTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 60)]
    [InlineData(3, 180)]
    [InlineData(4, 180)]
    public async Task Two_models_that_alternate_and_overlap_each_get_their_joules_per_token(int seed, int seconds)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Default, seed, stop);
        await agent.RunAsync(TimeSpan.FromSeconds(seconds), stop);

        AssertRight(agent, tolerance: 0.03);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Each_power_profile_has_its_own_joules_per_token(int seed)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Operated, seed, stop);
        await agent.RunAsync(TimeSpan.FromSeconds(190), stop);

        AssertRight(agent, tolerance: 0.03);
        foreach (var model in agent.Machine.Truth.Models)
        {
            var measured = new Dictionary<string, double>();
            foreach (var profile in PowerProfile.All)
            {
                var totals = agent.Ledger.Profiles.Totals[(ModelKey.OfName(model.Name), profile.Name)];
                var right = agent.Machine.Truth.Profiles[(model.Name, profile.Name)];
                measured[profile.Name] = totals.Energy[Category.Generation].Value / totals.Tokens.Generated;
                output.WriteLine($"{model.Name} {profile.Name}: {totals.Tokens.Generated} of {right.Generated} tokens, {measured[profile.Name]:0.000} J/token, true {right.Generation.Value / right.Generated:0.000}");
                Assert.InRange(totals.Tokens.Generated, right.Generated - 20, right.Generated + 20);
                Assert.InRange(measured[profile.Name] * right.Generated / right.Generation.Value, 0.93, 1.07);
            }

            Assert.True(measured["low-power"] < 0.95 * measured["balanced"]);
        }
    }

    [Fact]
    public async Task A_model_with_too_much_context_is_advised_against_until_it_is_loaded_with_less()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Operated, seed: 8, stop);
        var advised = new List<(double At, string Rule)>();
        for (var at = 0; at < 40; at++)
        {
            await agent.RunAsync(TimeSpan.FromSeconds(1), stop);
            advised.AddRange(AdviceRule.Of(agent.Ledger).Select(advice => ((double)at, advice.Rule)));
        }

        Assert.All(advised, told => Assert.Equal("model_on_cpu", told.Rule));
        Assert.InRange(advised[0].At, 9, 14);
        Assert.InRange(advised[^1].At, advised[0].At + 10, 27); // the log looks every ten seconds
        Assert.True(agent.Ledger.Loaded.ContainsKey(ModelKey.OfName(Scenario.HalfOnCpu.Name)));
    }

    [Fact]
    public async Task Without_the_runners_counters_tokens_are_estimated_and_the_joules_are_right()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Default with { RunnerMetrics = false }, seed: 5, stop);
        await agent.RunAsync(TimeSpan.FromSeconds(180), stop);

        foreach (var model in agent.Machine.Truth.Models)
        {
            var key = ModelKey.OfName(model.Name);
            var totals = agent.Ledger.Models[key];
            var joules = Booked(agent.Ledger, Category.Prompt, key) + Booked(agent.Ledger, Category.Generation, key);
            var right = agent.Machine.Truth.ActiveJoulesPerToken(model.Name)!.Value * model.Generated;
            output.WriteLine($"{model.Name}: {totals.Tokens} of {model.Generated} tokens, {joules:0} J, true {right:0} J");
            Assert.Equal(TokenSource.Slots, totals.Source);
            Assert.InRange(totals.Tokens.Generated, model.Generated * 0.95, model.Generated * 1.02);
            Assert.InRange(joules, right * 0.94, right * 1.06);
        }
    }

    private void AssertRight(SimulatedAgent agent, double tolerance)
    {
        var (ledger, truth) = (agent.Ledger, agent.Machine.Truth);
        foreach (var category in Enum.GetValues<TrueCategory>())
        {
            output.WriteLine($"{category,12}: true {truth.Spent(category).Value,8:0}, booked {Booked(ledger, Enum.Parse<Category>($"{category}")),8:0}");
        }

        foreach (var device in truth.Devices)
        {
            var own = ledger.Devices.Values.Where(d => d.Device.Id == device.Id || (d.Device.Component == device.Component && device.Id == "dram"));
            foreach (var c in Enum.GetValues<TrueCategory>())
            {
                foreach (var m in new string?[] { "llama3.1:8b", "qwen2.5:14b", null })
                {
                    var t = device.Accounts.Where(a => a.Key.Category == c && a.Key.Model == m).Sum(a => a.Value.Value);
                    var b = own.Sum(d => d.Accounts.Where(a => a.Key.Category == Enum.Parse<Category>($"{c}") && a.Key.Model?.Value == m).Sum(a => a.Value.Value));
                    if (t > 1 || b > 1) { output.WriteLine($"   {device.Id[..4],9} {c,-12} {m,-12} true {t,8:0} booked {b,8:0}"); }
                }
            }
        }

        foreach (var model in truth.Models)
        {
            var key = ModelKey.OfName(model.Name);
            var tokens = ledger.Models[key].Tokens.Generated;
            var measured = (Booked(ledger, Category.Prompt, key) + Booked(ledger, Category.Generation, key)) / tokens;
            var right = truth.ActiveJoulesPerToken(model.Name)!.Value;
            output.WriteLine($"{model.Name}: {tokens} of {model.Generated} tokens, {measured:0.000} J/token, true {right:0.000}, {(measured / right) - 1:+0.00%;-0.00%}");
            Assert.InRange(measured, right * (1 - tolerance), right * (1 + tolerance));
            Assert.InRange(tokens, model.Generated - 20, model.Generated);
        }

        var all = ledger.Devices.Values.Sum(device => device.Measured.Value);
        Assert.True(ledger.Imbalance.Value <= 1e-9 * all, $"{ledger.Imbalance.Value} of {all} J");
    }

    private static double Booked(Ledger ledger, Category category, ModelKey? model = null) => ledger.Devices.Values.Sum(device =>
        device.Accounts.Where(pair => pair.Key.Category == category && (model is null || pair.Key.Model == model))
            .Sum(pair => pair.Value.Value));
}
