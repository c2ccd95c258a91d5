using Agent.Core.Attribution;
using Agent.Core.Ollama;
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
