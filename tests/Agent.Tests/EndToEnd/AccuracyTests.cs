using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Simulation;

namespace Agent.Tests.EndToEnd;

/// <summary>What tests/system/accuracy measures on the published binary, on a clock of the test's: a few machines.</summary>
public sealed class AccuracyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("gpu1", 0.01)]
    [InlineData("two-gpus-one-model", 0.01)]
    [InlineData("half-on-cpu", 0.01)]
    [InlineData("slots4", 0.01)]
    [InlineData("noisy-idle", 0.01)]
    [InlineData("power-only", 0.02)]
    [InlineData("shared-by-2", 0.03)]
    [InlineData("other-70-in-turns", 0.04)]
    public async Task Joules_per_token_are_about_as_right_as_the_benchmark_says(string machine, double most)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(Machines.All[machine], seed: 1, stop);
        await agent.RunAsync(TimeSpan.FromSeconds(240), stop);

        var (ledger, truth) = (agent.Ledger, agent.Machine.Truth);
        foreach (var model in truth.Models)
        {
            var key = ModelKey.OfName(model.Name);
            var booked = ledger.Devices.Values.Sum(device => device.Accounts
                .Where(pair => pair.Key.Model == key && pair.Key.Category is Category.Prompt or Category.Generation)
                .Sum(pair => pair.Value.Value));
            var error = (booked / ledger.Models[key].Tokens.Generated / truth.ActiveJoulesPerToken(model.Name)!.Value) - 1;
            output.WriteLine($"{machine} {model.Name}: {error:+0.00%;-0.00%}");
            Assert.InRange(error, -most, most);
        }

        Assert.Equal(1, ledger.Devices.Values.Where(device => device.Device.Component is not null).Sum(device => device.Measured.Value) / truth.Drawn.Value, 0.01);
    }
}
