using System.Text;
using Agent.Core.Ollama;
using Agent.Ollama;
using CsCheck;

namespace Agent.Tests.Ollama;

public sealed class SlotsJsonTests
{
    [Theory]
    [InlineData("""[{"id":0,"n_ctx":2048,"speculative":false,"is_processing":false}]""", false, null, 0)]
    [InlineData("""[{"id_task":null,"n_prompt_tokens":null,"is_processing":false,"next_token":[]}]""", false, null, 0)]
    [InlineData("""[{"is_processing":true,"id_task":330,"next_token":[{"has_next_token":true,"n_decoded":42},{"n_decoded":1}]}]""", true, 330, 42)]
    [InlineData("""[{"is_processing":true,"id_task":3,"next_token":{"has_next_token":true,"n_decoded":9}}]""", true, 3, 9)]
    [InlineData("""[{"prompt":"is_processing\":false","params":{"is_processing":false,"n":[{"n_decoded":5}]},"is_processing":true,"id_task":1,"next_token":null}]""", true, 1, 0)]
    public void A_slot_is_read_in_each_form_builds_print(string json, bool busy, int? task, int decoded) =>
        Assert.Equal([new RunnerSlot(busy, task, decoded)], Parse(json)!);

    [Fact]
    public void Several_slots_keep_their_order() => Assert.Equal(
        [new RunnerSlot(true, 1, 5), new RunnerSlot(false, 2, 0)],
        Parse("""[{"is_processing":true,"id_task":1,"next_token":[{"n_decoded":5}]},{"is_processing":false,"id_task":2,"next_token":[]}]""")!);

    [Theory]
    [InlineData("""[{"is_processing":true,"id_task":174,"n_prompt_tokens":25,"n_prompt_tokens_processed":0,"n_prompt_tokens_cache":10,"next_token":[{"n_decoded":0}]}]""", 0, 0, 10)]
    [InlineData("""[{"is_processing":true,"id_task":174,"n_prompt_tokens":29,"n_prompt_tokens_processed":15,"n_prompt_tokens_cache":10,"next_token":[{"n_decoded":4}]}]""", 4, 15, 10)]
    [InlineData("""[{"is_processing":true,"id_task":174,"n_prompt_tokens_processed":null,"n_prompt_tokens_cache":null,"next_token":[]}]""", 0, 0, 0)]
    [InlineData("""[{"is_processing":true,"id_task":174}]""", 0, 0, 0)]
    public void What_of_a_prompt_was_evaluated_and_what_was_cached_is_read_where_it_is_shown(string json, int decoded, int prompt, int cached) =>
        Assert.Equal([new RunnerSlot(true, 174, decoded, prompt, cached)], Parse(json)!);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"is_processing":1}]""")]
    [InlineData("""[{"is_processing":true""")]
    [InlineData("""[{"is_processing":true}""")]
    [InlineData("""[{"is_processing":true}] x""")]
    public void What_is_not_an_array_of_slots_is_nothing(string json) => Assert.Null(Parse(json));

    [Fact]
    public void No_cut_through_an_answer_is_taken_for_one()
    {
        var whole = RunnerText.Slots(busy: true, task: 12, decoded: 345);
        Assert.NotNull(Parse(whole));
        Gen.Int[0, whole.Length - 1].Sample(length => Assert.Null(Parse(whole[..length])));
    }

    private static RunnerSlot[]? Parse(string json) => SlotsJson.Parse(Encoding.UTF8.GetBytes(json))?.ToArray();
}
