using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.Recording;
using Agent.Simulation;
using Agent.Tests.EndToEnd;
using Agent.Tests.Ollama;

namespace Agent.Tests.Recording;

public sealed class RecorderTests
{
    private readonly LogMemory<Recorder> _log = new();

    [Fact]
    public async Task A_kill_loses_at_most_a_tick()
    {
        using var recorded = new Recorded();
        await using var recorder = recorded.Recorder();
        foreach (var entry in Recorded.Ticks(3).Append(new LedgerEvent.OllamaChecked(Moment.FromSeconds(4), Up: true, null)))
        {
            recorder.Add(entry);
        }

        // It is not told to end: what is there now would be there after a kill.
        await UntilAsync(() => recorded.Replay() is ReplayResult.Folded { Ledger.LastTick: { } last } && last == Moment.FromSeconds(3));
        Assert.Equal(6, Assert.IsType<ReplayResult.Folded>(recorded.Replay()).Events.Values.Sum());
    }

    [Theory]
    [InlineData("full")]
    [InlineData("full.gz")]
    public async Task On_a_full_disk_the_recording_ends_is_told_once_and_the_agent_goes_on(string name)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var agent = await SimulatedAgent.StartAsync(Scenario.Default, seed: 12, stop);
        await using (var recorder = new Recorder(new RecordingWriter(Full(), name), Recorded.Header(), _log))
        {
            agent.Record(recorder.Add);
            await agent.RunAsync(TimeSpan.FromSeconds(5), stop);
            await UntilAsync(() => _log.Entries.Count > 1);
            await agent.RunAsync(TimeSpan.FromSeconds(5), stop);
        }

        Assert.True(agent.Ledger.LastTick >= Moment.FromSeconds(8));
        Assert.Equal(
            [
                $"Recording to {name}.",
                $"The recording {name} ends here, joulet goes on. No space left on device : '/dev/full' Make room, or record to another disk: start joulet anew with --record and a new name.",
            ],
            _log.Entries.Select(entry => entry.Text));
    }

    [Theory]
    [InlineData("recording")]
    [InlineData("recording.gz")]
    public async Task At_its_limit_the_recording_ends_whole_and_is_told_once(string name)
    {
        const long Limit = 10_000;
        using var recorded = new Recorded(name);
        await using (var recorder = new Recorder(new RecordingWriter(new FileStream(recorded.File, FileMode.CreateNew), name, Limit), Recorded.Header(), _log))
        {
            foreach (var entry in Recorded.Ticks(3000))
            {
                recorder.Add(entry);
            }
        }

        Assert.InRange(new FileInfo(recorded.File).Length, Limit / 2, Limit);
        var folded = Assert.IsType<ReplayResult.Folded>(recorded.Replay());
        Assert.False(folded.IsCut);
        Assert.True(folded.Events.Values.Sum() > 100);
        Assert.Single(_log.Entries, entry => entry.Text.Contains("has reached its limit of 1 GiB and ends here; joulet goes on.", StringComparison.Ordinal));
        Assert.Equal(2, _log.Entries.Count);
    }

    [Fact]
    public async Task A_disk_that_does_not_answer_keeps_nobody_waiting()
    {
        using var answers = new ManualResetEventSlim();
        using var disk = new SilentDisk(answers);
        await using (var recorder = new Recorder(new RecordingWriter(disk, "slow"), Recorded.Header(), _log, room: 10))
        {
            foreach (var entry in Recorded.Ticks(20))
            {
                recorder.Add(entry);
            }

            Assert.Single(_log.Entries, entry => entry.Text.StartsWith("The recording slow ends here, joulet goes on: its disk is slower", StringComparison.Ordinal));
            answers.Set();
        }

        // What it had taken is there, without a hole.
        Assert.Equal(10 + 1, Encoding.UTF8.GetString(disk.ToArray()).Count(letter => letter == '\n'), 1.0);
    }

    [Fact]
    public void A_recording_is_new_and_its_owners_alone()
    {
        using var recorded = new Recorded();
        var (writer, problem) = RecordingFile.Create(recorded.File);
        using (writer)
        {
            Assert.Null(problem);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(recorded.File));
        }

        Assert.Equal((null, $"{recorded.File}: is there already, and a recording overwrites nothing; remove it or give another name"), RecordingFile.Create(recorded.File));
        Assert.Equal((null, $"{recorded.File}/a/b: there is no such folder"), RecordingFile.Create($"{recorded.File}/a/b"));
        Assert.Equal((null, "names no file"), RecordingFile.Create(""));
        RecordingFile.RemoveEmpty(recorded.File);
        Assert.False(File.Exists(recorded.File));
    }

    private static FileStream Full() => new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    /// <summary>Takes nothing until it may.</summary>
    private sealed class SilentDisk(ManualResetEventSlim answers) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            answers.Wait();
            base.Write(buffer);
        }
    }
}
