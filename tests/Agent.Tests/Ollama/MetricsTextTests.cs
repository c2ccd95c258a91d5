using System.Text;
using Agent.Core.Ollama;
using Agent.Ollama;

namespace Agent.Tests.Ollama;

public sealed class MetricsTextTests
{
    [Fact]
    public void Counters_are_found_in_any_order_among_others_and_with_exponents()
    {
        const string Text =
            """
            # HELP llamacpp:tokens_predicted_total Number of generation tokens processed
            # TYPE llamacpp:tokens_predicted_total counter
            llamacpp:tokens_predicted_total 1.23457e+06
            llamacpp:n_decode_total 12
            llamacpp:prompt_tokens_seconds nan

            something else entirely
            llamacpp:tokens_predicted_seconds_total 1e-05
            llamacpp:prompt_tokens_cached_total 40
            llamacpp:prompt_seconds_total 0.604452
            llamacpp:prompt_tokens_total 66
            """;

        Assert.Equal(new RunnerCounters(66, 40, 0.604452, 1_234_570, 0.00001), Parse(Text));
    }

    [Fact]
    public void A_build_that_does_not_count_cached_tokens_has_none_to_tell() => Assert.Null(
        Parse("llamacpp:prompt_tokens_total 1\nllamacpp:prompt_seconds_total 1\nllamacpp:tokens_predicted_total 1\nllamacpp:tokens_predicted_seconds_total 1")!.CachedTokens);

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("llamacpp:prompt_tokens_total 1\nllamacpp:prompt_seconds_total 1\nllamacpp:tokens_predicted_total 1\n")]
    [InlineData("llamacpp:prompt_tokens_total -1\nllamacpp:prompt_seconds_total 1\nllamacpp:tokens_predicted_total 1\nllamacpp:tokens_predicted_seconds_total 1")]
    [InlineData("llamacpp:prompt_tokens_total NaN\nllamacpp:prompt_seconds_total 1\nllamacpp:tokens_predicted_total 1\nllamacpp:tokens_predicted_seconds_total 1")]
    [InlineData("llamacpp:prompt_tokens_total\nllamacpp:prompt_seconds_total 1\nllamacpp:tokens_predicted_total 1\nllamacpp:tokens_predicted_seconds_total 1")]
    public void Without_all_counters_there_are_none(string text) => Assert.Null(Parse(text));

    private static RunnerCounters? Parse(string text) => MetricsText.Parse(Encoding.UTF8.GetBytes(text));
}
