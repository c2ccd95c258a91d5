using Agent.Core.Attribution;
using Agent.History;
using Agent.Simulation;
using Agent.Tests.EndToEnd;

namespace Agent.Tests.History;

public sealed class LedgerRowsTests
{
    [Fact]
    public async Task A_ledger_that_worked_comes_back_as_it_was()
    {
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Default, 7, TestContext.Current.CancellationToken);
        await agent.RunAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);
        var ledger = agent.Ledger
            .Apply(new LedgerEvent.LogRead(default, "place \"1\""))
            .Apply(new LedgerEvent.TaskLogged(default, new(0, 41, 30, 0.12345, 8, 0.25)));
        var rows = LedgerRows.Of(ledger);

        var (saved, places) = LedgerRows.Read(rows);
        var restored = Ledger.Restored(saved, Ledger.Empty with { LogPlaces = places }, default);

        Assert.Equal(["device", "ledger", "log", "model", "runner"], rows.Keys.Select(key => key.Part).Distinct().Order());
        Assert.Equal(rows.OrderBy(row => $"{row.Key}"), LedgerRows.Of(restored).OrderBy(row => $"{row.Key}"));
        Assert.NotEmpty(saved.Devices);
        Assert.Equal(ledger.Devices.Values.Sum(device => device.Measured.Value), restored.Devices.Values.Sum(device => device.Measured.Value));
        Assert.Equal(
            ledger.Devices.SelectMany(device => device.Value.Accounts).Select(account => $"{account}").Order(),
            restored.Devices.SelectMany(device => device.Value.Accounts).Select(account => $"{account}").Order());
        Assert.Equal(ledger.Models.OrderBy(model => model.Key.Value), restored.Models.OrderBy(model => model.Key.Value));
    }
}
