using System.Globalization;
using System.Text.Json;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Ollama;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Ollama;

public sealed class RecordedRunnersTests
{
    [Fact]
    public async Task Recorded_runners_are_told_as_they_were()
    {
        using var procfs = new ProcfsFixture();
        procfs.AddServer();
        await using var runners = RecordedRunners.Load(procfs, "runners.jsonl");
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);
        using var poller = new RunnerPoller(new OllamaConfig(), procfs.Paths, clock, NullLogger<RunnerPoller>.Instance);
        var known = new HashSet<int>();

        while (await runners.StepAsync() is { } step)
        {
            time.Advance(Moment.FromSeconds(step.At) - clock.Now);
            var round = await poller.PollAsync(TestContext.Current.CancellationToken);

            var answers = round.Events.OfType<LedgerEvent.RunnerAnswered>().ToDictionary(answer => answer.Runner.Pid);
            Assert.Equal(runners.Now.Keys.Order(), answers.Keys.Order());
            Assert.All(runners.Now.Values, now => AssertSame(now, answers[now.Pid].Answer));
            Assert.All(answers.Values, answer => Assert.Equal(Moment.FromSeconds(step.At), answer.At));
            Assert.Equal(step.Gone ? [step.Pid] : [], round.Events.OfType<LedgerEvent.RunnerGone>().Select(gone => gone.Runner.Pid));
            Assert.Equal(
                !step.Gone && known.Add(step.Pid) ? [(step.Pid, step.Blob)] : Array.Empty<(int, string?)>(),
                round.Events.OfType<LedgerEvent.RunnerFound>().Select(found => (found.Runner.Id.Pid, found.Runner.Blob)));
        }

        Assert.Equal([10261, 10521, 10562, 10660], known.Order());
    }

    private static void AssertSame(RecordedStep recorded, RunnerAnswer answer)
    {
        if (recorded.Counters is null)
        {
            Assert.IsType<RunnerAnswer.Loading>(answer);
            return;
        }

        var serving = Assert.IsType<RunnerAnswer.Serving>(answer);
        double Counter(string name) => double.Parse(recorded.Counters[name], CultureInfo.InvariantCulture);
        var counters = new RunnerCounters(
            (long)Counter("prompt_tokens_total"),
            (long)Counter("prompt_tokens_cached_total"),
            Counter("prompt_seconds_total"),
            (long)Counter("tokens_predicted_total"),
            Counter("tokens_predicted_seconds_total"));
        Assert.Equal(counters, serving.Counters);
        Assert.Equal(
            recorded.Slots!.Value.EnumerateArray().Select(slot => new RunnerSlot(
                slot.GetProperty("is_processing").GetBoolean(),
                slot.GetProperty("id_task").ValueKind == JsonValueKind.Null ? null : slot.GetProperty("id_task").GetInt64(),
                slot.GetProperty("next_token") is var tokens && tokens.GetArrayLength() > 0 ? tokens[0].GetProperty("n_decoded").GetInt64() : 0,
                Number(slot, "n_prompt_tokens_processed"),
                Number(slot, "n_prompt_tokens_cache"))),
            serving.Slots!.Value);
    }

    private static long Number(JsonElement slot, string name) =>
        slot.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;
}
