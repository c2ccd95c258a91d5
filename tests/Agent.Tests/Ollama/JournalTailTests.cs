using Agent.Ollama;

namespace Agent.Tests.Ollama;

/// <summary>systemd's library over real journal files.</summary>
public sealed class JournalTailTests : IDisposable
{
    private readonly JournalFiles _files = new();
    private readonly List<JournalEntry> _entries = [];
    private readonly JournalTail _tail;

    public JournalTailTests() => _tail = new JournalTail(JournalSource.OfFolder(_files.Folder), JournalFiles.Unit);

    private IEnumerable<string> Messages => _entries.OfType<JournalEntry.Told>().Select(told => told.Message);

    public void Dispose()
    {
        _tail.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Without_a_place_only_what_comes_later_is_read_and_as_it_comes()
    {
        _files.Write("old");
        Open();

        _files.Write("new", sinceBoot: TimeSpan.FromMicroseconds(12_345_678_901));
        Read();
        _files.Write("newer");
        Read();

        Assert.Equal(["new", "newer"], Messages);
        Assert.Equal(TimeSpan.FromMicroseconds(12_345_678_901), ((JournalEntry.Told)_entries[0]).SinceBoot);
        Assert.Equal(Verdict.Good, _tail.Finding.Verdict);
    }

    [Fact]
    public void Other_units_lines_are_not_seen()
    {
        _files.Write("old");
        Open();

        _files.Write("other", unit: "other.service");
        _files.Write("new");
        Read();

        Assert.Equal(["new"], Messages);
    }

    [Fact]
    public void A_unit_that_was_never_seen_is_said_until_it_is()
    {
        _files.Write("other", unit: "other.service");
        Open();
        Assert.Equal(JournalFindings.NeverSeen(JournalFiles.Unit), _tail.Finding);

        _files.Write("first");
        Read();

        Assert.Equal(["first"], Messages);
        Assert.Equal(JournalFindings.Reading(JournalFiles.Unit), _tail.Finding);
    }

    [Fact]
    public void Reading_goes_on_behind_a_place()
    {
        _files.Write("old");
        Open();
        _files.Write("one");
        Read();
        var place = _tail.Place();
        _files.Write("two");
        _files.Write("three");

        using var second = new JournalTail(JournalSource.OfFolder(_files.Folder), JournalFiles.Unit);
        _files.Finish();
        Assert.True(second.TryOpen(place));
        _entries.Clear();
        Assert.False(second.Read(10, _entries));

        Assert.Equal(["two", "three"], Messages);
    }

    [Fact]
    public void Rotation_loses_and_repeats_nothing()
    {
        _files.Write("old");
        Open();
        _files.Write("one");
        Read();

        _files.Rotate();
        _files.Write("two");
        _files.Rotate();
        _files.Write("three");
        Read();

        Assert.Equal(["one", "two", "three"], Messages);
    }

    [Fact]
    public void Reading_goes_on_when_the_file_it_stood_in_is_gone()
    {
        _files.Write("old");
        Open();
        _files.Write("one");
        Read();

        File.Delete(_files.Rotate());
        Read();
        _files.Write("two");
        Read();

        Assert.Equal(["one", "two"], Messages);
    }

    [Fact]
    public void Where_the_place_is_gone_reading_goes_on_with_what_came_next()
    {
        _files.Write("old");
        Open();
        _files.Write("one");
        Read();
        var place = _tail.Place();
        File.Delete(_files.Rotate());
        _files.Write("two");
        _files.Write("three");

        using var second = new JournalTail(JournalSource.OfFolder(_files.Folder), JournalFiles.Unit);
        second.TryOpen(place);
        _entries.Clear();
        second.Read(10, _entries);

        Assert.Equal(["two", "three"], Messages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("s=0;i=zz")]
    public void A_place_that_is_none_is_left_aside(string place)
    {
        _files.Write("old");
        _files.Finish();

        Assert.True(_tail.TryOpen(place));
        _tail.Read(10, _entries);

        Assert.Empty(_entries);
        Assert.Equal(Verdict.Good, _tail.Finding.Verdict);
    }

    [Fact]
    public void A_place_of_another_boot_is_left_aside()
    {
        var otherBoot = new string('1', 32);
        _files.Write("before", boot: otherBoot);
        Open();
        _files.Write("last", boot: otherBoot);
        Read();
        Assert.IsType<JournalEntry.OfOtherBoot>(_entries[0]);
        var place = _tail.Place();
        _files.Write("this boot's");
        Read();

        using var second = new JournalTail(JournalSource.OfFolder(_files.Folder), JournalFiles.Unit);
        Assert.True(second.TryOpen(place));
        _entries.Clear();
        second.Read(10, _entries);

        Assert.Empty(_entries);
    }

    [Fact]
    public void What_is_more_than_asked_for_is_left_for_the_next_time()
    {
        _files.Write("old");
        Open();
        foreach (var number in Enumerable.Range(0, 5))
        {
            _files.Write($"{number}");
        }

        _files.Finish();

        Assert.True(_tail.Read(2, _entries));
        Assert.Equal(2, _entries.Count);
        Assert.True(_tail.Read(2, _entries));
        Assert.False(_tail.Read(2, _entries));
        Assert.Equal(["0", "1", "2", "3", "4"], Messages);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('ä')]
    public void A_long_message_is_cut(char letter)
    {
        _files.Write("old");
        Open();

        _files.Write($"begin {new string(letter, 100_000)}");
        Read();

        var message = Assert.Single(Messages);
        Assert.StartsWith($"begin {letter}", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 2000, Journal.LongestMessage);
    }

    [Fact]
    public void An_entry_without_a_message_cannot_be_read_and_stops_nothing()
    {
        _files.Write("old");
        Open();

        _files.Write(message: null);
        _files.Write("new");
        Read();

        Assert.IsType<JournalEntry.Unreadable>(_entries[0]);
        Assert.Equal(["new"], Messages);
    }

    private void Open() => Assert.True(_tail.TryOpen(place: null), _tail.Finding.Text);

    private void Read()
    {
        while (_tail.Read(10, _entries))
        {
        }
    }
}
