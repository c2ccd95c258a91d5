using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Ollama;
using Agent.Tests.Ollama;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.EndToEnd;

public sealed class RecordedTokensTests
{
    private const string Mediumlong = "sha256-e4f7528ccce179127ec123af261b7305807ecbe2005b4c8750d4b0e385e7a323";

    [Fact]
    public async Task Every_token_of_the_recorded_traffic_is_counted_once_and_moves_while_it_is_generated()
    {
        var (ledger, steps) = await PlayAsync(hidesCounters: false);
        var models = ledger.Models.ToDictionary(pair => pair.Key.Value, pair => pair.Value.Tokens);

        // 80 cold, 40 of a cached prompt, 50 of a chat, 47 of one that was cancelled, 120 beside another model. The 60 that
        // the first runner counted before the agent came are not ours; its successor is not counted twice.
        Assert.Equal(new TokenCounts(66, 40, 80 + 40 + 50 + 47 + 120), models[Mediumlong]);
        Assert.Equal([13, 20, 66], models.Values.Select(tokens => tokens.Prompt).Order());
        Assert.Equal([0, 300, 337], models.Values.Select(tokens => tokens.Generated).Order());
        Assert.InRange(steps.Max(), 1, 60);
        Assert.True(steps.Count(count => count > 0) > 60);
    }

    [Fact]
    public async Task Without_the_runners_counters_their_slots_tell_most_of_it()
    {
        var (ledger, steps) = await PlayAsync(hidesCounters: true);
        var (tokens, source) = (ledger.Models[ModelKey.OfBlob(Mediumlong)].Tokens, ledger.Models[ModelKey.OfBlob(Mediumlong)].Source);

        // What a task did after the last look at it is missing: at ten looks a second up to 10 tokens of each of 5 tasks.
        Assert.Equal(TokenSource.Slots, source);
        Assert.InRange(tokens.Generated, 337 - 50, 337);
        Assert.InRange(ledger.Models.Values.Max(model => model.Tokens.Generated == tokens.Generated ? 0 : model.Tokens.Generated), 280, 300);
        Assert.InRange(tokens.Prompt, 30, 66);
        Assert.InRange(steps.Max(), 1, 60);
    }

    private static async Task<(Ledger Ledger, IReadOnlyList<long> Steps)> PlayAsync(bool hidesCounters)
    {
        using var procfs = new ProcfsFixture();
        procfs.AddServer();
        await using var runners = RecordedRunners.Load(procfs, "runners.jsonl", hidesCounters);
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);
        using var poller = new RunnerPoller(new OllamaConfig(), procfs.Paths, clock, NullLogger<RunnerPoller>.Instance);
        var ledger = Ledger.Empty;
        var steps = new List<long>();

        while (await runners.StepAsync() is { } step)
        {
            time.Advance(Moment.FromSeconds(step.At) - clock.Now);
            var before = Generated(ledger);
            ledger = (await poller.PollAsync(TestContext.Current.CancellationToken)).Events.Aggregate(ledger, (state, entry) => state.Apply(entry));
            steps.Add(Generated(ledger) - before);
        }

        return (ledger, steps);
    }

    private static long Generated(Ledger ledger) => ledger.Models.Values.Sum(model => model.Tokens.Generated);
}
