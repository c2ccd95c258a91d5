using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Ollama;
using CsCheck;

namespace Agent.Tests.Ollama;

public sealed class JournalLinesTests
{
    private static readonly string BlobA = $"sha256-{new string('a', 64)}";
    private static readonly string BlobB = $"sha256-{new string('b', 64)}";

    private readonly JournalCounts _counts = new();
    private readonly List<LedgerEvent> _events = [];
    private readonly JournalLines _lines;
    private Moment _now = Moment.FromSeconds(100);

    public JournalLinesTests() => _lines = new JournalLines("second", _counts);

    [Fact]
    public void A_task_is_told_when_its_total_is_there()
    {
        Read(Prompt(3, 41), Generation(3, 41), Total(3, 41), Release(3, 41));

        var told = Assert.IsType<LedgerEvent.TaskLogged>(Assert.Single(_events));
        Assert.Equal(new LedgerEvent.TaskLogged(_now, new TaskTimings(3, 41, 30, 0.12345, 8, 0.25), "second"), told);
        AssertCounts(read: 4);
    }

    [Fact]
    public void Slots_may_tell_their_tasks_among_each_other()
    {
        Read(Prompt(0, 1), Prompt(1, 2), Generation(1, 2), Generation(0, 1), Total(0, 1), Release(0, 1), Total(1, 2), Release(1, 2));

        Assert.Equal([1, 2], Tasks.Select(task => task.Task));
        AssertCounts(read: 8);
    }

    [Fact]
    public void However_slots_mix_each_task_is_told_once_and_each_line_counted_once() =>
        Gen.Select(Gen.Int[0, 5000].Array[1, 60], Gen.Int[0, 5].Array[0, 400]).Sample((tokens, order) =>
        {
            // Each slot works off its own tasks; the order says which slot writes its next line.
            var slots = tokens
                .Select((count, task) => (Slot: task % 6, Lines: new[] { Prompt(task % 6, task, count, count), Generation(task % 6, task, 3, 1), Total(task % 6, task, count + 3, count + 1), Release(task % 6, task) }))
                .GroupBy(task => task.Slot)
                .ToDictionary(slot => slot.Key, slot => new Queue<string>(slot.SelectMany(task => task.Lines)));
            var (counts, events) = (new JournalCounts(), new List<LedgerEvent>());
            var lines = new JournalLines("", counts);

            foreach (var slot in order.Concat(Enumerable.Repeat(Enumerable.Range(0, 6), tokens.Length * 4).SelectMany(each => each)))
            {
                if (slots.GetValueOrDefault(slot)?.TryDequeue(out var line) is true)
                {
                    lines.Read(line, _now, events);
                }
            }

            Assert.Equal(
                tokens.Select((count, task) => ((long)task, (long)count)),
                events.Cast<LedgerEvent.TaskLogged>().Select(told => (told.Timings.Task, told.Timings.PromptTokens)).Order());
            Assert.Equal((tokens.Length * 4L, 0L, 0L), (counts[LogResult.Read], counts[LogResult.Unknown], counts[LogResult.Incomplete]));
        });

    [Fact]
    public void Builds_that_release_first_and_number_their_record_once_are_read()
    {
        Read(
            "slot      release: id  0 | task 7 | stop processing: n_past = 37, truncated = 0",
            "slot print_timing: id  0 | task 7 | ",
            "prompt eval time =     123.45 ms /    30 tokens (    4.12 ms per token,   243.01 tokens per second)",
            "       eval time =     250.00 ms /     8 tokens (   31.25 ms per token,    32.00 tokens per second)",
            "      total time =     373.45 ms /    38 tokens");

        Assert.Equal([new TaskTimings(0, 7, 30, 0.12345, 8, 0.25)], Tasks);
        AssertCounts(read: 5);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\r")]
    [InlineData("\r\n")]
    public void A_record_kept_whole_is_read_whatever_ends_its_lines(string end)
    {
        Read(string.Join(
            end,
            "slot print_timing: id  0 | task 7 | ",
            "prompt eval time =     123.45 ms /    30 tokens",
            "       eval time =     250.00 ms /     8 tokens",
            "      total time =     373.45 ms /    38 tokens"));

        Assert.Equal([new TaskTimings(0, 7, 30, 0.12345, 8, 0.25)], Tasks);
    }

    [Fact]
    public void Two_runners_tasks_of_one_number_that_mix_are_not_believed()
    {
        Read(
            Prompt(0, 0), Prompt(0, 0, 50, 1), Generation(0, 0), Generation(0, 0, 60, 2), Total(0, 0), Total(0, 0, 110, 3), Release(0, 0), Release(0, 0));
        Rest();

        Assert.Empty(_events);
        AssertCounts(incomplete: 8);
    }

    [Fact]
    public void Parts_that_do_not_add_up_to_the_total_are_of_two_tasks()
    {
        Read(Prompt(0, 0), Generation(0, 0, 9, 250), Total(0, 0), Release(0, 0));
        Rest();

        Assert.Empty(_events);
        AssertCounts(incomplete: 4);
    }

    [Fact]
    public void The_next_runners_task_of_the_same_number_is_another_task()
    {
        Read(Prompt(0, 0), Generation(0, 0), Total(0, 0)); // killed before its release
        Read(Prompt(0, 0), Generation(0, 0), Total(0, 0), Release(0, 0));

        Assert.Equal(2, _events.Count);
        AssertCounts(read: 7);
    }

    [Fact]
    public void A_task_that_was_cancelled_or_embedded_a_text_is_incomplete()
    {
        Read(Release(0, 5));
        AssertCounts();
        Assert.True(_lines.Waiting);

        Rest();

        AssertCounts(incomplete: 1);
        Assert.False(_lines.Waiting);
    }

    [Fact]
    public void A_task_whose_end_is_missing_is_given_up()
    {
        Read(Prompt(0, 5), Generation(0, 5));
        _now += TimeSpan.FromSeconds(2);
        Read(Total(0, 5));
        Rest();

        Assert.Empty(_events);
        AssertCounts(incomplete: 3);
    }

    [Fact]
    public void Timings_whose_task_was_told_before_the_reading_began_are_incomplete()
    {
        Read("       eval time =     250.00 ms /     8 tokens", "      total time =     373.45 ms /    38 tokens");

        AssertCounts(incomplete: 2);
    }

    [Fact]
    public void Open_tasks_are_bounded_and_the_oldest_is_given_up()
    {
        Read([.. Enumerable.Range(0, 1000).Select(task => Prompt(task, task))]);

        AssertCounts(incomplete: 1000 - 64);
    }

    [Theory]
    [InlineData("slot print_timing: id  0 | task 1 | n_gen =   3528, tg = 1175.32 t/s, tg_3s = 1175.64 t/s")]
    [InlineData("slot print_timing: id  0 | task 1 | n_decoded =   3528, tg = 1175.32 t/s")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt processing, n_tokens =   1934, progress = 1.00, t =   8.36 s / 231.47 tokens per second")]
    [InlineData("slot print_timing: id  0 | task 1 |    graphs reused =          2")]
    [InlineData("slot print_timing: id  0 | task 1 |   graph reallocs =          0    /     0        (same size) / (changed size)")]
    [InlineData("slot print_timing: id  0 | task 1 | draft acceptance = 0.92727 (   51 accepted /    55 generated), mean len =  5.64")]
    [InlineData("slot print_timing: id  0 | task 1 | draft acceptance rate = 0.92727 (   51 accepted /    55 generated)")]
    [InlineData("slot launch_slot_: id  0 | task 1 | processing task, is_child = 0")]
    [InlineData("srv  update_slots: all slots are idle")]
    [InlineData("srv          stop: cancel task, id_task = 8")]
    [InlineData("[GIN] 2026/11/22 - 16:08:02 | 200 |  268.866597ms |       127.0.0.1 | POST     \"/api/embed?slot print_timing: id  0 | task 1 | prompt\"")]
    [InlineData("time=2026-11-22T16:13:56.857Z level=INFO source=sched.go:728 msg=\"loaded runners\" count=1")]
    [InlineData("time=2026-11-22T16:13:56.857Z level=INFO source=server.go:1 msg=\"starting runner\" cmd=\"/usr/local/bin/ollama runner --ollama-engine --port 40321\"")]
    [InlineData("llama_perf_context_print: prompt eval time =       1.00 ms /     2 tokens")]
    [InlineData("time=")]
    [InlineData("slot")]
    [InlineData("something else \u2028slot      release: id  0 | task 1 | stop processing: n_tokens = 37, truncated = 0")]
    [InlineData("")]
    public void Other_lines_are_passed_over(string line)
    {
        Read(line);
        Rest();

        AssertCounts();
    }

    [Theory]
    [InlineData("slot print_timing: id  0 | task 1 | decode time =      47.61 ms /     5 tokens")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =      47.61 s /     5 tokens")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =      47.61 ms /     5 runs")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =        nan ms /     5 tokens")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =       -nan ms /     0 tokens")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =      47.61 ms /    -5 tokens")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =      47,61 ms /     5 tokens")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =      47.61 ms /     5 tokens, of them 3 cached")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time =      47.61 ms /     5")]
    [InlineData("slot print_timing: id  0 | task 1 | prompt eval time: 47.61 ms / 5 tokens")]
    [InlineData("slot print_timing: id  0 | task 99999999999999999999 | prompt eval time =      47.61 ms /     5 tokens")]
    [InlineData("slot print_timing: task 1 | prompt eval time =      47.61 ms /     5 tokens")]
    [InlineData("slot      release: id  0 | task 1 | done: n_tokens = 5, truncated = 0")]
    [InlineData("slot      release: id  0 | task 1 | stop processing: n_tokens = 5")]
    [InlineData("prompt eval time = 5")]
    [InlineData("time=2026-11-22T16:13:56.848Z level=INFO source=x msg=\"llama-server started after 1.52 seconds\"")]
    [InlineData("time=2026-11-22T16:13:56.848Z level=INFO source=x msg=\"llama-server started in 1.52s\"")]
    [InlineData("time=2026-11-22T16:13:56.848Z level=INFO source=x msg=\"llama-server started in 1.52")]
    [InlineData("time=then level=INFO source=x msg=\"llama-server started in 1.52 seconds\"")]
    [InlineData("time=2026-11-22T16:13:56.848Z level=INFO source=x msg=\"starting llama-server\" command=\"x\"")]
    [InlineData("time=2026-11-22T16:13:56.848Z level=INFO source=x msg=\"starting llama-server\" cmd=\"x --model /blobs/sha256-12 --port 1\"")]
    public void Words_that_are_not_known_are_counted_and_not_guessed_at(string line)
    {
        Read(line);
        Rest();

        Assert.Empty(_events);
        AssertCounts(unknown: 1);
    }

    [Fact]
    public void A_load_is_told_when_it_ends_and_not_again_when_its_end_is_repeated()
    {
        Read(Start("10:00:00.000", BlobA), End("10:00:01.517", "1.52"), End("10:00:01.530", "1.53"));

        Assert.Equal([new LedgerEvent.LoadLogged(_now, BlobA, TimeSpan.FromSeconds(1.52), "second")], _events);
        AssertCounts(read: 3);
    }

    [Theory]
    [InlineData("starting runner", "llama runner started")]
    [InlineData("starting llama server", "llama runner started")]
    public void Loads_of_older_servers_are_told(string starting, string started)
    {
        Read(
            $"time=2026-02-02T12:28:32.775+01:00 level=INFO source=server.go:9 msg=\"{starting}\" cmd=\"/usr/local/bin/ollama runner --model /var/my models/blobs/{BlobA} --port 1\"",
            $"time=2026-02-02T11:29:02.735Z level=INFO source=server.go:9 msg=\"{started} in 29.96 seconds\"");

        Assert.Equal(BlobA, Assert.IsType<LedgerEvent.LoadLogged>(Assert.Single(_events)).Blob);
    }

    [Fact]
    public void A_command_line_cut_off_behind_the_blob_is_enough()
    {
        Read($"time=2026-11-22T10:00:00Z level=INFO source=x msg=\"starting llama-server\" cmd=\"x --model /m/blobs/{BlobA} --chat-templ", End("10:00:01", "1.00"));

        Assert.Single(_events);
    }

    [Fact]
    public void The_end_of_one_load_is_not_taken_for_that_of_another_under_way()
    {
        Read(Start("10:00:00", BlobA), End("10:00:05", "5.00"), Start("10:00:06", BlobB), End("10:00:07", "7.00"), End("10:00:09", "3.00"));

        Assert.Equal([(BlobA, 5.0), (BlobB, 3.0)], _events.Cast<LedgerEvent.LoadLogged>().Select(load => (load.Blob, load.Took.TotalSeconds)));
        AssertCounts(read: 5);
    }

    [Fact]
    public void Of_two_loads_started_at_once_neither_is_told()
    {
        Read(Start("10:00:00", BlobA), Start("10:00:00.200", BlobB), End("10:00:05.100", "5.00"), End("10:00:07.100", "7.00"));

        Assert.Empty(_events);
        AssertCounts(incomplete: 4);
    }

    [Fact]
    public void A_load_that_failed_is_over()
    {
        Read(
            Start("10:00:00", BlobA),
            $"time=2026-11-22T10:00:01Z level=INFO source=x msg=\"Load failed\" model=/m/blobs/{BlobA} error=\"timed out\"",
            Start("10:00:01.1", BlobA),
            End("10:00:03.1", "2.00"));

        Assert.Single(_events);
        AssertCounts(read: 4);
    }

    [Fact]
    public void A_load_that_ended_without_a_word_is_incomplete_when_its_model_is_started_again()
    {
        Read(Start("10:00:00", BlobA), Start("10:10:00", BlobA), End("10:10:02", "2.00"));

        Assert.Single(_events);
        AssertCounts(read: 2, incomplete: 1);
    }

    [Fact]
    public void An_end_whose_start_was_not_read_names_no_model()
    {
        Read(End("10:00:05", "5.00"));

        Assert.Empty(_events);
        AssertCounts(incomplete: 1);
    }

    [Fact]
    public void Open_loads_are_bounded_and_the_oldest_is_given_up()
    {
        Read([.. Enumerable.Range(0, 100).Select(second => Start($"10:{second / 60:D2}:{second % 60:D2}", $"sha256-{second:x64}"))]);

        AssertCounts(incomplete: 100 - 32);
    }

    private IEnumerable<TaskTimings> Tasks => _events.Cast<LedgerEvent.TaskLogged>().Select(told => told.Timings);

    private static string Prompt(int slot, int task, int tokens = 30, double milliseconds = 123.45) =>
        FormattableString.Invariant($"slot print_timing: id {slot,2} | task {task} | prompt eval time = {milliseconds,10:F2} ms / {tokens,5} tokens (    4.12 ms per token,   243.01 tokens per second)");

    private static string Generation(int slot, int task, int tokens = 8, double milliseconds = 250) =>
        FormattableString.Invariant($"slot print_timing: id {slot,2} | task {task} |        eval time = {milliseconds,10:F2} ms / {tokens,5} tokens (   31.25 ms per token,    32.00 tokens per second)");

    private static string Total(int slot, int task, int tokens = 38, double milliseconds = 373.46) =>
        FormattableString.Invariant($"slot print_timing: id {slot,2} | task {task} |       total time = {milliseconds,10:F2} ms / {tokens,5} tokens");

    private static string Release(int slot, int task) =>
        FormattableString.Invariant($"slot      release: id {slot,2} | task {task} | stop processing: n_tokens = 37, truncated = 0");

    private static string Start(string time, string blob) =>
        $"time=2026-11-22T{time}Z level=INFO source=llama_server.go:433 msg=\"starting llama-server\" cmd=\"/usr/lib/ollama/llama-server --model /m/blobs/{blob} --port 1 --host 127.0.0.1\"";

    private static string End(string time, string seconds) =>
        $"time=2026-11-22T{time}Z level=INFO source=llama_server.go:1362 msg=\"llama-server started in {seconds} seconds\"";

    private void Read(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            _lines.Read(line, _now, _events);
        }
    }

    private void Rest() => _lines.Settle(_now += TimeSpan.FromSeconds(2));

    private void AssertCounts(long read = 0, long unknown = 0, long incomplete = 0) => Assert.Equal(
        (read, unknown, incomplete), (_counts[LogResult.Read], _counts[LogResult.Unknown], _counts[LogResult.Incomplete]));
}
