using Agent.Core.Attribution;
using Agent.Core.Machine;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

public sealed class ProfileBookTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");

    [Fact]
    public void Energy_and_tokens_of_a_model_are_told_apart_by_profile_and_add_up()
    {
        var host = new Host();
        Profile(host, "balanced");
        var id = Working(host);
        Generate(host, id, seconds: 20, watts: 220);
        Profile(host, "power-saver");
        Generate(host, id, seconds: 20, watts: 120);
        host.Pass(2, new() { [Gpu0] = 20 }, runners: h => h.Serving(id, h.Counters));

        Assert.Equal(200 * 20, Generation(host, "balanced"), 300.0);
        Assert.Equal(100 * 20, Generation(host, "power-saver"), 300.0);
        Assert.Equal(host.Booked(Category.Generation, "a"), Generation(host, "balanced") + Generation(host, "power-saver"), 1e-6);
        var tokens = host.Ledger.Profiles.Totals.ToDictionary(pair => pair.Key.Profile, pair => pair.Value.Tokens.Generated);
        Assert.Equal((1000, 1000), (tokens["balanced"], tokens["power-saver"]));
    }

    [Fact]
    public void What_was_drawn_over_a_change_is_split_by_time()
    {
        var host = new Host();
        Profile(host, "balanced");
        var id = Working(host);
        Profile(host, "performance", offset: Host.Tick / 4);
        Generate(host, id, seconds: Host.Tick, watts: 220);
        host.Pass(2, new() { [Gpu0] = 20 }, runners: h => h.Serving(id, h.Counters));

        var all = Generation(host, "balanced") + Generation(host, "performance");
        Assert.Equal(0.75, Generation(host, "performance") / all, 0.05);
    }

    [Fact]
    public void Tokens_that_are_counted_late_go_to_the_profile_they_were_processed_under()
    {
        var host = new Host();
        Profile(host, "balanced");
        host.Pass(30, new() { [Gpu0] = 20 });
        var id = host.Start(7, "a", "GPU-0", unreadable: "It may not be read.");
        host.Pass(10, new() { [Gpu0] = 220 }, cpu: new() { [7] = 1 });
        host.Apply(new LedgerEvent.TaskLogged(host.At(), new TaskTimings(0, 1, 100, 2, 300, 8)));
        Profile(host, "power-saver");
        host.Pass(60, new() { [Gpu0] = 20 });

        var tokens = Assert.Single(host.Ledger.Profiles.Totals, pair => pair.Value.Tokens != default);
        Assert.Equal(("balanced", new TokenCounts(100, 0, 300)), (tokens.Key.Profile, tokens.Value.Tokens));
        Assert.True(host.Ledger.Runners.ContainsKey(id));
    }

    [Fact]
    public void What_waits_over_a_restart_keeps_the_profile_it_was_drawn_under()
    {
        var host = new Host();
        Profile(host, "balanced");
        var id = Working(host);
        Generate(host, id, seconds: 10, watts: 220);
        Profile(host, "power-saver");
        host.Down(0.1, new() { [Gpu0] = 120 });
        host.Pass(2, new() { [Gpu0] = 120 });

        Assert.DoesNotContain(host.Ledger.Profiles.Totals.Keys, key => key.Profile == ProfileBook.Unknown && key.Model.Value == "a");
    }

    [Fact]
    public void Tokens_over_a_change_are_split_by_time_and_none_is_lost()
    {
        var book = ProfileBook.Empty.Changed(Moment.FromSeconds(0), "balanced").Changed(Moment.FromSeconds(7), "performance");
        var split = book.Count(ModelKey.OfName("a"), new TokenCounts(10, 0, 101), Moment.FromSeconds(4), Moment.FromSeconds(8)).Totals;

        Assert.Equal(new TokenCounts(8, 0, 76), split[(ModelKey.OfName("a"), "balanced")].Tokens);
        Assert.Equal(new TokenCounts(2, 0, 25), split[(ModelKey.OfName("a"), "performance")].Tokens);
        Assert.Equal("performance", Assert.Single(book.Count(ModelKey.OfName("b"), new TokenCounts(1, 0, 1), Moment.FromSeconds(7), Moment.FromSeconds(7)).Totals, pair => pair.Key.Model.Value == "b").Key.Profile);
    }

    [Fact]
    public void Where_no_profile_was_ever_known_there_is_nothing_to_tell_apart()
    {
        var host = new Host();
        Generate(host, Working(host), seconds: 5, watts: 220);

        Assert.False(host.Ledger.Profiles.IsKnown);
        Assert.NotEmpty(host.Ledger.Profiles.Totals);
    }

    [Fact]
    public void A_daemon_that_invents_profiles_makes_no_more_than_a_few()
    {
        var host = new Host();
        var id = Working(host);
        for (var i = 0; i < 100; i++)
        {
            Profile(host, $"p{i}");
            Generate(host, id, seconds: 1, watts: 220);
        }

        var profiles = host.Ledger.Profiles.Totals.Keys.Select(key => key.Profile).Distinct().ToArray();
        Assert.InRange(profiles.Length, 3, 10);
        Assert.Contains("other", profiles);
    }

    [Fact]
    public void It_outlives_the_agent_and_the_models_change_of_name()
    {
        var host = new Host();
        Profile(host, "balanced");
        var id = Working(host);
        Generate(host, id, seconds: 10, watts: 220);
        var before = Generation(host, "balanced");
        host.Down(5, []);
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-a", "b", new ModelDetails(null, null, null)));

        Assert.Equal(before, Generation(host, "balanced"), 1e-9);
    }

    private static RunnerId Working(Host host)
    {
        host.Pass(30, new() { [Gpu0] = 20 });
        var id = host.Start(7, "a", "GPU-0");
        host.Counters = new RunnerCounters(0, 0, 0, 0, 0);
        host.Pass(30, new() { [Gpu0] = 20 }, runners: h => h.Serving(id, h.Counters));
        return id;
    }

    private static void Generate(Host host, RunnerId id, double seconds, double watts) => host.Pass(seconds, new() { [Gpu0] = watts }, runners: h =>
    {
        h.Counters = h.Counters with { GeneratedTokens = h.Counters.GeneratedTokens + 10, GenerationSeconds = h.Counters.GenerationSeconds + Host.Tick };
        h.Serving(id, new RunnerCounters(0, 0, 0, 0, 0), new RunnerSlot(true, 1, h.Counters.GeneratedTokens));
    });

    private static void Profile(Host host, string profile, double offset = 0) =>
        host.Apply(new LedgerEvent.PolicyRead(host.At(offset), PowerPolicy.Unknown with { Profile = profile }));

    private static double Generation(Host host, string profile) => host.Ledger.Profiles.Totals
        .Where(pair => pair.Key.Profile == profile)
        .Sum(pair => pair.Value.Energy.GetValueOrDefault(Category.Generation).Value);
}
