using Agent.Ollama;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Ollama;

public sealed class JournalCheckTests : IDisposable
{
    private readonly JournalFiles _files = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_last_days_lines_tasks_and_loads_are_counted()
    {
        _files.Write("too old", time: _time.GetUtcNow() - TimeSpan.FromHours(25));
        foreach (var line in File.ReadLines(Repository.Path("tests/Agent.Tests/Ollama/Recordings/journal/05-load-unload.log")))
        {
            _files.Write(line, time: _time.GetUtcNow() - TimeSpan.FromHours(23), boot: new string('1', 32));
        }

        Assert.Equal(
            new Finding(
                Verdict.Good, "journal", "The journal of ollama.service is read: 271 lines in the last day, which tell of 2 finished tasks and 3 loads."),
            Check());
    }

    [Fact]
    public void Unknown_words_are_worth_mending()
    {
        _files.Write("slot print_timing: id  0 | task 1 | decode time = 5");

        var finding = Check();

        Assert.Equal(Verdict.Warning, finding.Verdict);
        Assert.Contains("1 lines about them are in words", finding.Text, StringComparison.Ordinal);
        Assert.NotNull(finding.Fix);
    }

    [Fact]
    public void A_unit_that_was_never_seen_is_said()
    {
        _files.Write("other", unit: "other.service");

        Assert.Equal(JournalFindings.NeverSeen(JournalFiles.Unit), Check());
    }

    [Fact]
    public void A_journal_that_cannot_be_read_is_said() => Assert.Equal(JournalFindings.NoFiles([_files.Folder]), Check());

    [Fact]
    public void A_journal_that_is_not_wanted_is_said() => Assert.Equal(
        JournalFindings.Off, new JournalCheck("", JournalSource.OfFolder(_files.Folder), new MonotonicClock(_time)).Check());

    private Finding Check() =>
        new JournalCheck(JournalFiles.Unit, JournalSource.OfFolder(_files.Folder), new MonotonicClock(_time)).Check();
}
