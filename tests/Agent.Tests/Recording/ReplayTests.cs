using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.Recording;
using Agent.Simulation;
using Agent.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tests.Recording;

public sealed class ReplayTests
{
    [Theory]
    [InlineData("recording")]
    [InlineData("recording.gz")]
    public async Task A_replayed_ledger_is_the_one_that_was_to_the_last_bit(string name)
    {
        var stop = TestContext.Current.CancellationToken;
        using var recorded = new Recorded(name);
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Default, seed: 11, stop);
        await using (var recorder = new Recorder(RecordingFile.Create(recorded.File).Writer!, Recorded.Header(agent.Ledger), NullLogger<Recorder>.Instance))
        {
            agent.Record(recorder.Add);
            await agent.RunAsync(TimeSpan.FromSeconds(60), stop);
        }

        var replayed = Assert.IsType<ReplayResult.Folded>(recorded.Replay());
        Assert.False(replayed.IsCut);
        Assert.True(replayed.Ledger.Models.Values.Sum(model => model.Tokens.Generated) > 100);
        Assert.True(replayed.Ledger.Devices.Values.Sum(device => device.Measured.Value) > 1000);
        Assert.Null(Bits.Difference(agent.Ledger, replayed.Ledger));
        Assert.Equal(await MetricsText.OfAsync(agent.Ledger), await MetricsText.OfAsync(replayed.Ledger));
    }

    [Theory]
    [InlineData("recording")]
    [InlineData("recording.gz")]
    public async Task A_file_cut_off_anywhere_is_replayed_up_to_there(string name)
    {
        using var recorded = await new Recorded(name).WriteAsync(Recorded.Ticks(20));
        LedgerEvent[] events = [.. Recorded.Ticks(20)];
        var whole = await File.ReadAllBytesAsync(recorded.File, TestContext.Current.CancellationToken);
        var header = Header(whole, name);
        var seen = new HashSet<long>();
        for (var length = whole.Length; length >= 0; length--)
        {
            await File.WriteAllBytesAsync(recorded.File, whole[..length], TestContext.Current.CancellationToken);
            if (recorded.Replay() is ReplayResult.Folded folded)
            {
                var count = folded.Events.Values.Sum();
                Assert.Null(Bits.Difference(events.Take((int)count).Aggregate(Ledger.Empty, (ledger, entry) => ledger.Apply(entry)), folded.Ledger));
                seen.Add(count);
            }
            else
            {
                Assert.True(length <= header, $"{length} of {whole.Length} bytes");
            }
        }

        // Compressed, a tick is there as a whole or not at all; else every event is.
        Assert.Equal(name == "recording" ? events.Length + 1 : (events.Length / 2) + 1, seen.Count(count => name == "recording" || count % 2 == 0));
    }

    [Fact]
    public async Task A_cut_off_line_is_told_and_a_whole_file_is_not()
    {
        using var recorded = await new Recorded().WriteAsync(Recorded.Ticks(2));
        Assert.False(Assert.IsType<ReplayResult.Folded>(recorded.Replay()).IsCut);

        await File.AppendAllTextAsync(recorded.File, "{\"type\":\"tick\",\"at\":", TestContext.Current.CancellationToken);
        var cut = Assert.IsType<ReplayResult.Folded>(recorded.Replay());
        Assert.True(cut.IsCut);
        Assert.Equal(4, cut.Events.Values.Sum());
        Assert.Equal(Moment.FromSeconds(2), cut.Ledger.LastTick);
    }

    [Theory]
    [InlineData("", ": is no recording of joulet")]
    [InlineData("listen: 127.0.0.1:1\n", ": is no recording of joulet")]
    [InlineData("{\"a\":1}\n", ": is no recording of joulet")]
    [InlineData("[1]\n", ": is no recording of joulet")]
    [InlineData("{\"joulet_recording\":2,\"new\":1}\n", ": was written by a newer joulet (format 2, this one reads up to 1): replay it with that one")]
    [InlineData("{\"joulet_recording\":1}\n", ":1: JSON deserialization for type 'Agent.Recording.RecordingHeader' was missing required properties including: 'version', 'begun', 'several_ollamas', 'start'. ($, byte 22)")]
    public void What_is_no_recording_is_refused_with_the_reason(string text, string problem)
    {
        using var recorded = new Recorded();
        File.WriteAllText(recorded.File, text);

        Assert.Equal(recorded.File + problem, Assert.IsType<ReplayResult.Refused>(recorded.Replay()).Problem);
    }

    [Theory]
    [InlineData("{\"type\":\"tick\",\"at\":1,\"settled\":x}", "'x' is an invalid start of a value.")]
    [InlineData("{\"type\":\"tick\",\"at\":1}", "was missing required properties including: 'settled'.")]
    [InlineData("{\"type\":\"tock\",\"at\":1}", "Read unrecognized type discriminator id 'tock'.")]
    [InlineData("{\"at\":1}", "(\"type\")")]
    [InlineData("null", "null is no event")]
    [InlineData("", "The input does not contain any JSON tokens.")]
    public async Task A_broken_line_is_told_with_its_number(string line, string reason)
    {
        using var recorded = await new Recorded().WriteAsync(Recorded.Ticks(2));
        var lines = await File.ReadAllLinesAsync(recorded.File, TestContext.Current.CancellationToken);
        lines[3] = line;
        await File.WriteAllLinesAsync(recorded.File, lines, TestContext.Current.CancellationToken);

        var problem = Assert.IsType<ReplayResult.Refused>(recorded.Replay()).Problem;
        Assert.StartsWith($"{recorded.File}:4: ", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_fills_the_memory()
    {
        using var recorded = await new Recorded().WriteAsync(Recorded.Ticks(1));
        await using (var file = File.OpenWrite(recorded.File))
        {
            file.SetLength(file.Length + RecordedLines.Longest + 1);
        }

        Assert.Equal($"{recorded.File}:4: longer than any line of a recording", Assert.IsType<ReplayResult.Refused>(recorded.Replay()).Problem);
    }

    [Fact]
    public async Task A_damaged_compressed_file_is_refused()
    {
        using var recorded = await new Recorded("recording.gz").WriteAsync(Recorded.Ticks(5000));
        var bytes = await File.ReadAllBytesAsync(recorded.File, TestContext.Current.CancellationToken);
        bytes.AsSpan(bytes.Length / 3, 100).Fill(0xff);
        await File.WriteAllBytesAsync(recorded.File, bytes, TestContext.Current.CancellationToken);

        Assert.StartsWith($"{recorded.File}:", Assert.IsType<ReplayResult.Refused>(recorded.Replay()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        using var recorded = new Recorded();

        Assert.Equal($"{recorded.File}: there is no such file", Assert.IsType<ReplayResult.Refused>(recorded.Replay()).Problem);
        Assert.Equal("/: is a folder, not a file", Assert.IsType<ReplayResult.Refused>(Replay.Read("/", CancellationToken.None)).Problem);
    }

    /// <summary>The bytes that hold the first line.</summary>
    private static int Header(byte[] whole, string name)
    {
        var first = whole.AsSpan().IndexOf((byte)'\n');
        return name == "recording" ? first : whole.Length / 4;
    }
}
