using System.Globalization;
using Agent.History;
using Microsoft.Data.Sqlite;

namespace Agent.Tests.History;

public sealed class StateFileTests : IDisposable
{
    private readonly StateDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void What_is_committed_is_there_after_a_restart()
    {
        using (var file = _disk.Open())
        {
            Assert.Null(file.Stamp);
            file.Commit(StateDisk.Parts, Rows(("a", "1", "{}"), ("a", "2", "[1.5]"), ("b", "", "\"ü\"")), StateDisk.Stamp());
            file.Commit(StateDisk.Parts, Rows(("a", "1", "{}"), ("b", "", "\"ö\"")), StateDisk.Stamp("s"));
        }

        using var again = _disk.Open();
        Assert.Equal(Rows(("a", "1", "{}"), ("b", "", "\"ö\"")), again.Rows);
        Assert.Equal("s", again.Stamp?.Run);
    }

    [Fact]
    public void Parts_that_only_a_newer_agent_knows_stay_as_they_are()
    {
        using (var newer = _disk.Open())
        {
            newer.Commit(new HashSet<string> { "a", "carbon" }, Rows(("a", "1", "1"), ("carbon", "x", "2")), StateDisk.Stamp());
        }

        using (var older = _disk.Open())
        {
            older.Commit(StateDisk.Parts, Rows(("b", "1", "3")), StateDisk.Stamp());
        }

        using var again = _disk.Open();
        Assert.Equal(Rows(("carbon", "x", "2"), ("b", "1", "3")), again.Rows);
    }

    [Fact]
    public void Only_what_changed_is_written()
    {
        using var file = _disk.Open();
        var rows = Enumerable.Range(0, 1000).Select(i => ("a", i.ToString(CultureInfo.InvariantCulture), new string('x', 500))).ToArray();
        file.Commit(StateDisk.Parts, Rows(rows), StateDisk.Stamp());
        var before = WalBytes();
        rows[500].Item3 = "y";

        file.Commit(StateDisk.Parts, Rows(rows), StateDisk.Stamp());

        Assert.InRange(WalBytes() - before, -before, 10 * 4096); // less where the log was begun anew
    }

    [Fact]
    public void The_state_stays_small_however_often_it_is_written()
    {
        using (var file = _disk.Open())
        {
            for (var i = 0; i < 300; i++)
            {
                var rows = Enumerable.Range(0, 40).Select(key => ("a", $"{key}", $"{i} {new string('x', 400)}")).ToArray();
                file.Commit(StateDisk.Parts, Rows(rows), StateDisk.Stamp());
                Assert.InRange(WalBytes(), 0, 4 << 20);
            }
        }

        Assert.InRange(new FileInfo(_disk.File0).Length, 1, 200 << 10);
        Assert.Equal([_disk.File0], Directory.GetFiles(_disk.Folder));
    }

    [Fact]
    public void A_commit_that_does_not_fit_leaves_what_was_there_and_the_next_one_that_does_goes_through()
    {
        using (var file = _disk.Open())
        {
            file.Commit(StateDisk.Parts, Rows(("a", "1", "kept")), StateDisk.Stamp());
            var large = Rows(("a", "1", "lost"), ("a", "2", new string('x', 70 << 20)));

            var failure = Assert.Throws<SqliteException>(() => file.Commit(StateDisk.Parts, large, StateDisk.Stamp()));
            Assert.Equal(StateReason.Full, StateFaults.Of(failure, _disk.Folder).Reason);
            Assert.Equal(Rows(("a", "1", "kept")), file.Rows);

            file.Commit(StateDisk.Parts, Rows(("a", "1", "kept"), ("a", "3", "too")), StateDisk.Stamp());
        }

        using var again = _disk.Open();
        Assert.Equal(Rows(("a", "1", "kept"), ("a", "3", "too")), again.Rows);
    }

    [Fact]
    public void An_older_state_is_brought_up_to_this_version()
    {
        Directory.CreateDirectory(_disk.Folder);
        using (var old = new SqliteConnection($"Data Source={_disk.File0};Pooling=False"))
        {
            old.Open();
            using var make = new SqliteCommand("PRAGMA application_id = 0x6A6F756C; PRAGMA user_version = 0; VACUUM", old);
            make.ExecuteNonQuery();
        }

        using (var file = _disk.Open())
        {
            file.Commit(StateDisk.Parts, Rows(("a", "1", "1")), StateDisk.Stamp());
        }

        using var again = _disk.Open();
        Assert.Single(again.Rows);
    }

    [Fact]
    public void What_was_left_of_making_the_file_is_no_trouble()
    {
        Directory.CreateDirectory(_disk.Folder);
        foreach (var left in new[] { ".new", ".new-journal", ".new-wal", "-wal" })
        {
            File.WriteAllText(_disk.File0 + left, "half");
        }

        using (var file = _disk.Open())
        {
            file.Commit(StateDisk.Parts, Rows(("a", "1", "1")), StateDisk.Stamp());
        }

        Assert.Equal([_disk.File0], Directory.GetFiles(_disk.Folder));
    }

    private static Dictionary<RowKey, string> Rows(params (string Part, string Key, string Json)[] rows) =>
        rows.ToDictionary(row => new RowKey(row.Part, row.Key), row => row.Json);

    private long WalBytes() => new FileInfo($"{_disk.File0}-wal") is { Exists: true, Length: var length } ? length : 0;
}
