using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

public sealed class RunnerStateTests
{
    private static readonly RunnerId Id = new(10, 100);

    [Fact]
    public void A_load_lasts_from_the_start_of_the_process_until_it_serves()
    {
        var story = new Story(started: 2).Loading(3).Loading(4).Serving(5, counters: (0, 0, 0, 0));

        Assert.Equal(3, story.Total.Slots.Load, 9);
        Assert.Equal(1, story.Total.Loads);
        Assert.Equal(3, story.Total.LoadSeconds, 9);
    }

    [Fact]
    public void A_prefill_shorter_than_a_poll_is_found_by_the_clock_of_the_runner()
    {
        var story = new Story(started: 0).Serving(1, counters: (0, 0, 0, 0));
        var before = story.Total.Slots;

        // Between two polls a prompt of 30 ms was evaluated and 12 tokens generated, at 60 a second.
        story.Serving(1.23, counters: (20, 0.03, 0, 0), slot: (7, 12));

        Assert.Equal(0.03, story.Total.Slots.Prompt - before.Prompt, 9);
        Assert.Equal(0.2, story.Total.Slots.Generation - before.Generation, 9);
    }

    [Fact]
    public void A_generation_is_as_long_as_the_runners_clock_says_when_it_is_done()
    {
        var story = new Story(started: 0)
            .Serving(1, counters: (0, 0, 0, 0))
            .Serving(1.2, counters: (20, 0.05, 0, 0), slot: (7, 5))
            .Serving(2.2, counters: (20, 0.05, 0, 0), slot: (7, 55))
            .Serving(3.2, counters: (20, 0.05, 60, 1.3));

        Assert.Equal(1.3, story.Total.Slots.Generation, 9);
        Assert.Equal(0.05, story.Total.Slots.Prompt, 9);
    }

    [Fact]
    public void A_long_prefill_is_seen_in_the_slots_and_not_counted_again_when_it_is_done()
    {
        var story = new Story(started: 0)
            .Serving(1, counters: (0, 0, 0, 0))
            .Serving(2, counters: (0, 0, 0, 0), slot: (7, 0))
            .Serving(3, counters: (0, 0, 0, 0), slot: (7, 0))
            .Serving(4, counters: (900, 2.5, 0, 0), slot: (7, 10));

        Assert.Equal(2.5, story.Total.Slots.Prompt, 9);
        Assert.InRange(story.Total.Slots.Generation, 0.1, 0.5);
    }

    [Fact]
    public void A_whole_request_between_two_polls_is_not_lost()
    {
        var story = new Story(started: 0)
            .Serving(1, counters: (0, 0, 0, 0))
            .Serving(2, counters: (12, 0.1, 20, 0.4));

        Assert.Equal(new TokenCounts(12, 0, 20), story.Total.Tokens);
        Assert.Equal(0.1, story.Total.Slots.Prompt, 9);
        Assert.Equal(0.4, story.Total.Slots.Generation, 9);
    }

    [Fact]
    public void Without_counters_slots_still_tell_the_phases()
    {
        var story = new Story(started: 0)
            .Serving(1, counters: null)
            .Serving(2, counters: null, slot: (7, 0))
            .Serving(3, counters: null, slot: (7, 30))
            .Serving(4, counters: null);

        Assert.True(story.Total.Slots.Prompt > 0);
        Assert.True(story.Total.Slots.Generation > 0);
        Assert.Equal(30, story.Total.Tokens.Generated);
        Assert.Equal(TokenSource.Slots, story.Total.Source);
    }

    [Fact]
    public void A_silent_runner_is_taken_to_do_what_it_did()
    {
        var runner = new Story(started: 0).Serving(1, (0, 0, 0, 0)).Serving(2, (9, 0.1, 0, 0), (7, 20)).Runner;

        var later = runner.Within(Moment.FromSeconds(40), Moment.FromSeconds(41));

        Assert.Equal(new PhaseSeconds(0, 0, 1, 0), later);
    }

    [Fact]
    public void An_embedding_runner_embeds()
    {
        var story = new Story(started: 0, embedding: true)
            .Serving(1, counters: (0, 0, 0, 0))
            .Serving(2, counters: (13, 0.2, 0, 0));

        Assert.Equal(0.2, story.Total.Slots.Embedding, 9);
        Assert.Equal(0, story.Total.Slots.Prompt);
        Assert.Equal(13, story.Total.Tokens.Prompt);
    }

    private sealed class Story(double started, bool embedding = false)
    {
        public RunnerState Runner { get; private set; } = new(
            new Runner { Id = Id, Blob = "sha256-a", Embedding = embedding },
            Moment.FromSeconds(started),
            ModelKey.OfBlob("sha256-a"),
            origin: default,
            since: default);

        public ModelTotals Total { get; private set; } = ModelTotals.None;

        public Story Loading(double at) => Answer(at, new RunnerAnswer.Loading());

        public Story Serving(
            double at,
            (long Prompt, double PromptSeconds, long Generated, double GenerationSeconds)? counters,
            (long Task, long Decoded)? slot = null) =>
            Answer(at, new RunnerAnswer.Serving(
                [slot is var (task, decoded) ? new RunnerSlot(true, task, decoded) : default],
                counters is var (prompt, promptSeconds, generated, seconds)
                    ? new RunnerCounters(prompt, 0, promptSeconds, generated, seconds)
                    : null));

        private Story Answer(double at, RunnerAnswer answer)
        {
            (Runner, var since) = Runner.Answered(Moment.FromSeconds(at), answer);
            Total += since;
            return this;
        }
    }
}
