using Agent.History;
using Agent.Tests.Sensors;
using Microsoft.Data.Sqlite;

namespace Agent.Tests.History;

public sealed class StateStoreTests : IDisposable
{
    private readonly StateDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void The_folder_is_made_for_its_owner_alone_and_what_is_kept_is_taken_up()
    {
        _disk.Keep("1");

        Assert.Equal(("1", null), _disk.Kept());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_disk.Folder));
        Assert.Empty(_disk.Log.Entries);
    }

    [Fact]
    public void A_commit_says_which_boot_it_was_in_and_when()
    {
        var before = DateTimeOffset.UtcNow;
        _disk.Keep("1");

        using var file = _disk.Open();
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), file.Stamp!.Boot);
        Assert.InRange(file.Stamp.Written, before, DateTimeOffset.UtcNow);
        Assert.InRange(file.Stamp.SinceBoot, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(Environment.TickCount64 + 1000));
    }

    [Fact]
    public void The_second_agent_on_a_folder_runs_without_and_the_first_one_is_not_disturbed()
    {
        using var first = _disk.Store();
        Assert.Null(first.Commit(StateDisk.Ledger("1"), default));

        using (var second = _disk.Store())
        {
            Assert.Equal(StateReason.Locked, second.Fault?.Reason);
            Assert.Equal(StateReason.Locked, second.Commit(StateDisk.Ledger("of the second"), default)?.Reason);
        }

        Assert.Null(first.Commit(StateDisk.Ledger("2"), default));
        first.Dispose();
        Assert.Equal(("2", null), _disk.Kept());
    }

    [Fact]
    public void What_was_not_taken_up_is_not_overwritten()
    {
        _disk.Keep("old");
        using var other = _disk.Store();
        using var store = _disk.Store();
        Assert.Equal(StateReason.Locked, store.Fault?.Reason);
        other.Dispose();

        Assert.Equal(StateReason.NotTakenUp, store.Commit(StateDisk.Ledger("new"), default)?.Reason);
        Assert.Equal(("old", null), _disk.Kept());
    }

    [Fact]
    public void A_newer_joulets_state_is_left_as_it_is()
    {
        _disk.Keep("1");
        using (var newer = new SqliteConnection($"Data Source={_disk.File0};Pooling=False"))
        {
            newer.Open();
            using var count = new SqliteCommand("PRAGMA user_version = 7", newer);
            count.ExecuteNonQuery();
        }

        var bytes = File.ReadAllBytes(_disk.File0);
        using var store = _disk.Store();

        var fault = store.Fault;
        Assert.Equal(StateReason.Newer, fault?.Reason);
        Assert.Contains("version 7, this one knows 1", fault!.Text, StringComparison.Ordinal);
        Assert.Equal(StateReason.Newer, store.Commit(StateDisk.Ledger("2"), default)?.Reason);
        Assert.Equal(bytes, File.ReadAllBytes(_disk.File0));
        Assert.Empty(Directory.GetFiles(_disk.Folder, "*.corrupt-*"));
    }

    [Fact]
    public void Without_the_right_to_write_there_it_says_how_to_give_it()
    {
        _disk.Keep("1");

        // On this thread, which has no rights: the store asks the disk on threads that have.
        Unprivileged.Run(() =>
        {
            var failure = Assert.ThrowsAny<Exception>(() => StateFile.Open(_disk.File0));
            Assert.True(StateFaults.IsExpected(failure), failure.ToString());
            var fault = StateFaults.Of(failure, _disk.Folder);
            Assert.Equal(StateReason.Denied, fault.Reason);
            Assert.Contains("StateDirectory=joulet", fault.Fix, StringComparison.Ordinal);
            Assert.Contains($"chown -R {Environment.UserName}: {_disk.Folder}", fault.Fix, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_fault_and_once_it_can_the_state_is_kept()
    {
        File.WriteAllText(_disk.Folder, "in the way");
        using var store = _disk.Store();
        Assert.NotNull(store.Fault);
        Assert.NotNull(store.Commit(StateDisk.Ledger("1"), default));

        File.Delete(_disk.Folder);
        Assert.Null(store.Commit(StateDisk.Ledger("2"), default));
        store.Dispose();
        Assert.Equal(("2", null), _disk.Kept());
    }

    [Fact]
    public void A_state_that_somebody_removes_is_written_anew_and_whole()
    {
        using var store = _disk.Store();
        Assert.Null(store.Commit(StateDisk.Ledger("1"), default));
        Directory.Delete(_disk.Folder, recursive: true);

        Assert.Null(store.Commit(StateDisk.Ledger("1"), default));
        store.Dispose();
        Assert.Equal(("1", null), _disk.Kept());
    }

    [Fact]
    public void Within_a_boot_moments_mean_the_same_in_every_run()
    {
        TimeSpan origin;
        using (var first = _disk.Store())
        {
            origin = first.Clock.Origin;
            Assert.Null(first.Commit(StateDisk.Ledger("1"), first.Clock.Now));
        }

        using var second = _disk.Store();
        Assert.Equal(origin, second.Clock.Origin);
        Assert.True(second.Clock.Now.SinceOrigin > TimeSpan.Zero);
        Assert.Equal(second.Clock.At(TimeSpan.FromSeconds(5)), new MonotonicClock(TimeProvider.System, origin).At(TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("11111111-1111-1111-1111-111111111111", 0)]
    [InlineData(null, 0)]
    [InlineData("", 3600)]
    public void After_a_boot_or_in_a_container_with_a_new_clock_moments_begin_anew(string? boot, int ahead)
    {
        boot = boot is "" ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : boot;
        using (var file = _disk.Open())
        {
            var sinceBoot = new MonotonicClock(TimeProvider.System).Origin + TimeSpan.FromSeconds(ahead);
            var stamp = StateDisk.Stamp() with { Boot = boot, Origin = TimeSpan.FromSeconds(1), SinceBoot = sinceBoot };
            file.Commit(LedgerRows.Parts, LedgerRows.Of(StateDisk.Ledger("1")), stamp);
        }

        using var store = _disk.Store();
        Assert.InRange(store.Clock.Now.SinceOrigin, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal("1", StateDisk.PlaceOf(store.Restore(Core.Attribution.Ledger.Empty)));
    }

    [Fact]
    public void A_row_that_is_no_state_of_ours_is_damage_too()
    {
        using (var file = _disk.Open())
        {
            file.Commit(new HashSet<string> { "log" }, new Dictionary<RowKey, string> { [new("log", "")] = "\"what\"" }, StateDisk.Stamp());
        }

        Assert.Equal((null, null), _disk.Kept());
        Assert.Single(_disk.Log.Entries);
        Assert.Single(Directory.GetFiles(_disk.Folder, "*.corrupt-*"));
    }
}
