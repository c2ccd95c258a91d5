using System.Collections.Immutable;
using System.Text.Json;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Recording;
using Agent.Simulation;
using Agent.Tests.EndToEnd;
using CsCheck;

namespace Agent.Tests.Recording;

public sealed class RecordedStartTests
{
    private static readonly Ledger Set = Ledger.Empty with
    {
        Since = Moment.FromSeconds(100),
        IdleWatts = ImmutableDictionary<string, Watts>.Empty.Add("package-0", new Watts(12.5)),
        Proxied = ["127.0.0.1:11434"],
        LogPlaces = ImmutableDictionary<string, LogPlace>.Empty.Add("", new LogPlace("s=1;i=2", ["a", "b"])),
    };

    [Fact]
    public void What_the_operator_set_is_in_the_recording() => AssertSame(Set, RecordedStart.Of(Set));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_kept_of_the_run_before_is_in_the_recording(bool afterBoot)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Default, seed: 13, stop);
        await agent.RunAsync(TimeSpan.FromSeconds(40), stop);
        var running = new Request(new RequestId(1), "", "llama3.1:8b", InferenceApi.OpenAI, Embedding: false);
        var saved = agent.Ledger.Apply(new LedgerEvent.RequestStarted(agent.Ledger.LastTick!.Value, running)).Save();
        var start = afterBoot
            ? Ledger.RestoredAfterBoot(saved, Set, Set.Since, Moment.FromSeconds(50))
            : Ledger.Restored(saved, Set, Set.Since);

        Assert.True(start.Models.Values.Sum(model => model.Tokens.Generated) > 0);
        AssertSame(start, RecordedStart.Of(start, saved, afterBoot ? Moment.FromSeconds(50) : null));
    }

    [Fact]
    public void Anything_that_can_be_kept_is_read_as_it_was_to_the_last_bit() => AnyValue.Of<SavedLedger>(typeof(SavedLedger)).Sample(
        saved => Assert.Null(Bits.Difference(saved, Reread(RecordedStart.Of(Set, saved)).Saved)),
        iter: 100);

    [Fact]
    public void A_ledger_that_holds_more_is_not_recorded_as_if_it_did_not()
    {
        var more = Set.Apply(new LedgerEvent.OllamaChecked(default, Up: true, null));

        Assert.Throws<InvalidOperationException>(() => RecordedStart.Of(more));
    }

    private static void AssertSame(Ledger start, RecordedStart recorded) => Assert.Null(Bits.Difference(start, Reread(recorded).ToLedger()));

    private static RecordedStart Reread(RecordedStart start)
    {
        var header = new RecordingHeader(RecordingHeader.NewestFormat, "1.2.3", DateTimeOffset.UnixEpoch, SeveralOllamas: true, start);
        return JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(header, RecordingJson.Header), RecordingJson.Header)!.Start;
    }
}
