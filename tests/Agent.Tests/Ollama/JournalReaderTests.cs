using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Ollama;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Ollama;

public sealed class JournalReaderTests : IDisposable
{
    private static readonly string Blob = $"sha256-{new string('a', 64)}";

    private readonly JournalFiles _files = new();
    private readonly Channel<LedgerEvent> _ledger = Channel.CreateUnbounded<LedgerEvent>();
    /// <summary>Twenty minutes after boot: it counts from the first day on, which the year of the tests is too far from.</summary>
    private readonly FakeTimeProvider _time = new(DateTimeOffset.MinValue + TimeSpan.FromMinutes(20));

    private readonly LogMemory<JournalReader> _log = new();
    private readonly MonotonicClock _clock;
    private JournalReader _reader;
    private string? _place;

    public JournalReaderTests()
    {
        _clock = new MonotonicClock(_time);
        _reader = Make(place: null);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>As the kernel's clock would show it.</summary>
    private TimeSpan Now => _time.GetElapsedTime(0);

    public void Dispose()
    {
        _reader.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task A_finished_task_is_told_with_the_moment_at_which_it_was_logged()
    {
        _files.Write("old");
        await ReadAsync();

        WriteTask(41, sinceBoot: TimeSpan.FromSeconds(4321.5));
        var told = Assert.Single(await ReadAsync());

        Assert.Equal(
            new LedgerEvent.TaskLogged(_clock.At(TimeSpan.FromSeconds(4321.5)), new TaskTimings(0, 41, 30, 0.12345, 8, 0.25), ""), told);
        Assert.Equal(4, _reader.Counts[LogResult.Read]);
        Assert.Equal(JournalFindings.Reading(JournalFiles.Unit), _reader.Finding);
    }

    [Fact]
    public async Task A_finished_load_is_told_with_its_blob()
    {
        _files.Write("old");
        await ReadAsync();

        _files.Write($"time=2026-11-22T10:00:00.000Z level=INFO source=x msg=\"starting llama-server\" cmd=\"x --model /m/blobs/{Blob} --port 1\"");
        _files.Write("time=2026-11-22T10:00:01.510Z level=INFO source=x msg=\"llama-server started in 1.52 seconds\"", sinceBoot: TimeSpan.FromSeconds(77));

        Assert.Equal(
            [new LedgerEvent.LoadLogged(_clock.At(TimeSpan.FromSeconds(77)), Blob, TimeSpan.FromSeconds(1.52), "")], await ReadAsync());
    }

    [Fact]
    public async Task After_a_restart_what_was_logged_meanwhile_is_told_once()
    {
        _files.Write("old");
        await ReadAsync();
        WriteTask(1);
        await ReadAsync();

        await RestartAsync();
        WriteTask(2);
        _reader = Make(_place);

        Assert.Equal([2], Tasks(await ReadAsync()));
    }

    [Fact]
    public async Task A_task_half_told_at_a_restart_is_told_whole_after_it()
    {
        _files.Write("old");
        await ReadAsync();
        WriteTask(1);
        _files.Write(Lines(2)[0], sinceBoot: Now);
        await ReadAsync();

        await RestartAsync();
        foreach (var line in Lines(2)[1..])
        {
            _files.Write(line, sinceBoot: Now);
        }

        _reader = Make(_place);

        Assert.Equal([2], Tasks(await ReadAsync()));
        Assert.Equal(0, _reader.Counts[LogResult.Incomplete]);
    }

    [Fact]
    public async Task The_place_is_told_behind_what_it_covers_and_only_when_it_moved()
    {
        _files.Write("old");
        Assert.IsType<LedgerEvent.LogRead>(Assert.Single(await ReadAllAsync()));
        Assert.Empty(await ReadAllAsync());

        WriteTask(1);
        var told = await ReadAllAsync();

        Assert.Equal([typeof(LedgerEvent.TaskLogged), typeof(LedgerEvent.LogRead)], told.Select(entry => entry.GetType()));
    }

    [Fact]
    public async Task What_is_read_again_after_a_kill_in_the_midst_of_a_task_counts_once()
    {
        _files.Write("old");
        var ledger = (await ReadAllAsync()).Aggregate(Ledger.Empty, (before, entry) => before.Apply(entry));
        _files.Write(Lines(2, slot: 1)[0], sinceBoot: Now);
        WriteTask(1);
        ledger = (await ReadAllAsync()).Aggregate(ledger, (before, entry) => before.Apply(entry));
        Assert.Single(ledger.LogPlaces[""].Told);

        _reader.Dispose();
        _reader = Make(ledger.LogPlaces[""].Place);
        foreach (var line in Lines(2, slot: 1)[1..])
        {
            _files.Write(line, sinceBoot: Now);
        }

        var again = await ReadAllAsync();
        var counted = again.OfType<LedgerEvent.TaskLogged>()
            .Where(task => ledger.LogPlaces[""].Count(task) is not null).Select(task => task.Timings.Task);

        Assert.Equal([1L, 2L], Tasks(again.OfType<LedgerEvent.TaskLogged>()));
        Assert.Equal([2L], counted);
        Assert.Empty(again.Aggregate(ledger, (before, entry) => before.Apply(entry)).LogPlaces[""].Told);
    }

    [Fact]
    public async Task Another_boots_entries_are_left_aside_and_counted()
    {
        _files.Write("old");
        await ReadAsync();
        foreach (var line in Lines(1))
        {
            _files.Write(line, boot: new string('1', 32));
        }

        _files.Write(message: null);

        Assert.Empty(await ReadAsync());
        Assert.Equal((4, 1), (_reader.OfOtherBoots, _reader.Unreadable));
    }

    [Fact]
    public async Task Unknown_words_are_counted_and_said_once()
    {
        _files.Write("old");
        await ReadAsync();
        _files.Write("slot print_timing: id  0 | task 1 | decode time = 5");
        await ReadAsync();
        _files.Write("slot print_timing: id  0 | task 2 | decode time = 5");
        await ReadAsync();

        Assert.Equal(2, _reader.Counts[LogResult.Unknown]);
        Assert.Single(_log.Entries, entry => entry.Text.Contains("words this agent does not know", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_that_appears_later_is_found()
    {
        Assert.Empty(await ReadAsync());
        Assert.Equal(JournalFindings.NoFiles([_files.Folder]), _reader.Finding);

        _files.Write("old");
        Assert.False(await _reader.StepAsync(Stop));
        Assert.Equal(JournalFindings.NoFiles([_files.Folder]), _reader.Finding); // not tried at every step

        _time.Advance(TimeSpan.FromMinutes(1));
        await ReadAsync();
        WriteTask(1);
        Assert.Single(await ReadAsync());
    }

    [Fact]
    public async Task Many_entries_are_read_in_several_steps_and_none_is_lost()
    {
        _files.Write("old");
        await ReadAsync();
        foreach (var task in Enumerable.Range(1, 150))
        {
            WriteTask(task);
        }

        var steps = 1;
        while (await _reader.StepAsync(Stop))
        {
            steps++;
        }

        Assert.Equal(3, steps);
        Assert.Equal(Enumerable.Range(1, 150).Select(task => (long)task), Tasks(await ReadAsync()));
    }

    [Fact]
    public async Task Each_of_several_Ollamas_has_its_own_place()
    {
        _files.Write("old");
        using var second = Make(place: null, "http://10.0.0.1:11434");
        await second.StepAsync(Stop);

        Assert.Equal("http://10.0.0.1:11434", Assert.IsType<LedgerEvent.LogRead>(Assert.Single(Take())).Ollama);
    }

    [Fact]
    public async Task Without_a_unit_nothing_is_read()
    {
        using var off = new JournalReader("", JournalSource.OfFolder(_files.Folder), place: null, "", _clock, _ledger.Writer, _log);

        await off.StartAsync(Stop);
        await off.StopAsync(Stop);

        Assert.Equal(JournalFindings.Off, off.Finding);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task The_running_reader_follows_by_itself()
    {
        _files.Write("old");
        await _reader.StartAsync(Stop);
        await NextAsync();
        WriteTask(7);

        Assert.Equal(7, Assert.IsType<LedgerEvent.TaskLogged>(await NextAsync()).Timings.Task);
        await _reader.StopAsync(Stop);
    }

    private async Task<LedgerEvent> NextAsync()
    {
        LedgerEvent? told;
        while (!_ledger.Reader.TryRead(out told))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Stop); // the test's own limit ends it
        }

        return told;
    }

    private static IEnumerable<long> Tasks(IEnumerable<LedgerEvent> events) => events.Cast<LedgerEvent.TaskLogged>().Select(told => told.Timings.Task);

    private static string[] Lines(int task, int slot = 0) =>
    [
        FormattableString.Invariant($"slot print_timing: id  {slot} | task {task} | prompt eval time =     123.45 ms /    30 tokens (    4.12 ms per token,   243.01 tokens per second)"),
        FormattableString.Invariant($"slot print_timing: id  {slot} | task {task} |        eval time =     250.00 ms /     8 tokens (   31.25 ms per token,    32.00 tokens per second)"),
        FormattableString.Invariant($"slot print_timing: id  {slot} | task {task} |       total time =     373.45 ms /    38 tokens"),
        FormattableString.Invariant($"slot      release: id  {slot} | task {task} | stop processing: n_tokens = 37, truncated = 0"),
    ];

    private void WriteTask(int task, TimeSpan? sinceBoot = null)
    {
        foreach (var line in Lines(task))
        {
            _files.Write(line, sinceBoot: sinceBoot ?? Now);
        }
    }

    /// <summary>What is told of tasks and loads; the place is kept aside.</summary>
    private async Task<List<LedgerEvent>> ReadAsync() => [.. (await ReadAllAsync()).Where(entry => entry is not LedgerEvent.LogRead)];

    private async Task<List<LedgerEvent>> ReadAllAsync()
    {
        while (await _reader.StepAsync(Stop))
        {
        }

        return Take();
    }

    private List<LedgerEvent> Take()
    {
        var events = new List<LedgerEvent>();
        while (_ledger.Reader.TryRead(out var told))
        {
            events.Add(told);
        }

        _place = events.OfType<LedgerEvent.LogRead>().LastOrDefault()?.Place ?? _place;
        return events;
    }

    /// <summary>Ends the reader in an orderly way.</summary>
    private async Task RestartAsync()
    {
        await _reader.StopAsync(Stop);
        _reader.Dispose();
    }

    private JournalReader Make(string? place, string ollama = "") =>
        new(JournalFiles.Unit, JournalSource.OfFolder(_files.Folder), place, ollama, _clock, _ledger.Writer, _log);
}
