using System.Text.Json;
using System.Text.Json.Nodes;
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
        Assert.Equal(Ordered(rows), Ordered(LedgerRows.Of(restored)));
        Assert.Equal(Ordered(ledger.Save().Runners), Ordered(saved.Runners)); // restored they are gone until they are found again
        Assert.NotEmpty(saved.Devices);
        Assert.Equal(ledger.Devices.Values.Sum(device => device.Measured.Value), restored.Devices.Values.Sum(device => device.Measured.Value));
        Assert.Equal(
            ledger.Devices.SelectMany(device => device.Value.Accounts).Select(account => $"{account}").Order(),
            restored.Devices.SelectMany(device => device.Value.Accounts).Select(account => $"{account}").Order());
        Assert.Equal(ledger.Models.OrderBy(model => model.Key.Value), restored.Models.OrderBy(model => model.Key.Value));
    }

    [Fact]
    public async Task The_state_of_an_agent_that_knew_neither_emissions_nor_hours_is_taken_up()
    {
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Default, 7, TestContext.Current.CancellationToken);
        await agent.RunAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        var rows = LedgerRows.Of(agent.Ledger).ToDictionary();
        var key = rows.Keys.Single(row => row.Part == "ledger");
        var json = JsonNode.Parse(rows[key])!.AsObject();
        Assert.All(new[] { "Rest", "Footprint", "Hours", "ProfileChanges" }, name => Assert.True(json.Remove(name)));
        json["RestBalance"] = new JsonObject { ["Value"] = -1 }; // what it had instead
        rows[key] = json.ToJsonString();

        var (saved, places) = LedgerRows.Read(rows);
        var restored = Ledger.Restored(saved, Ledger.Empty with { LogPlaces = places }, default);

        Assert.Equal(agent.Ledger.Devices.Values.Sum(device => device.Measured.Value), restored.Devices.Values.Sum(device => device.Measured.Value));
        Assert.Empty(restored.Hours.Starts);
    }

    private static IEnumerable<KeyValuePair<RowKey, string>> Ordered(IReadOnlyDictionary<RowKey, string> rows) =>
        rows.Where(row => row.Key.Part != "runner").OrderBy(row => $"{row.Key}");

    private static IEnumerable<string> Ordered(IEnumerable<SavedRunner> runners) =>
        runners.Select(runner => JsonSerializer.Serialize(runner, StateJson.Default.SavedRunner)).Order();
}
