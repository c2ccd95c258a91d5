using Agent.Core.Ollama;

namespace Agent.Core.Tests.Ollama;

public sealed class TokenMeterTests
{
    [Fact]
    public void Tokens_move_while_they_are_generated_and_are_exact_at_rest()
    {
        var seen = Read(TokenMeter.FromBirth, [(0, 0), (0, 11), (0, 57), (80, 0)]);

        Assert.Equal([0, 11, 46, 23], seen);
    }

    [Fact]
    public void A_task_that_ends_between_counters_and_slots_is_not_counted_twice()
    {
        // The total was read before the task ended, the slots after it: 57 seem gone, then all 80 are there.
        var seen = Read(TokenMeter.FromBirth, [(0, 57), (0, 0), (80, 0)]);

        Assert.Equal([57, 0, 23], seen);
    }

    [Fact]
    public void A_task_that_follows_at_once_is_counted_from_its_first_token()
    {
        var seen = Read(TokenMeter.FromBirth, [(0, 57), (0, 5), (80, 9), (80, 30)]);

        Assert.Equal([57, 0, 32, 21], seen);
    }

    [Fact]
    public void What_a_runner_counted_before_the_agent_came_is_not_ours()
    {
        var seen = Read(TokenMeter.FromNowOn, [(1000, 40), (1000, 45), (1060, 0)]);

        Assert.Equal([0, 5, 15], seen);
    }

    [Fact]
    public void Counters_that_start_anew_count_from_zero()
    {
        var seen = Read(TokenMeter.FromBirth, [(80, 0), (0, 7), (12, 0)]);

        Assert.Equal([80, 7, 5], seen);
    }

    [Fact]
    public void Cached_prompt_tokens_are_counted_apart_and_a_build_without_them_counts_none()
    {
        var (meter, _, _, _) = TokenMeter.FromBirth.Read(new RunnerCounters(21, 0, 0.1, 0, 0), 0);
        var (next, tokens, _, _) = meter.Read(new RunnerCounters(22, 20, 0.12, 0, 0), 6);
        var (_, without, _, _) = next.Read(new RunnerCounters(30, null, 0.2, 0, 0), 6);

        Assert.Equal(new TokenCounts(1, 20, 6), tokens);
        Assert.Equal(new TokenCounts(8, 0, 0), without);
    }

    private static List<long> Read(TokenMeter meter, (long Total, long Decoded)[] answers)
    {
        var seen = new List<long>();
        foreach (var (total, decoded) in answers)
        {
            (meter, var tokens, _, _) = meter.Read(new RunnerCounters(0, 0, 0, total, total / 50.0), decoded);
            seen.Add(tokens.Generated);
        }

        return seen;
    }
}
