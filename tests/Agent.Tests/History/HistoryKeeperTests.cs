using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Metering;
using Agent.Core.Units;
using Agent.History;
using Agent.Tests.Ollama;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.History;

public sealed class HistoryKeeperTests : IDisposable
{
    private const long Noon = 1_800_000_000 / 3600 * 3600;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-history-");
    private readonly LogMemory<HistoryKeeper> _log = new();
    private Ledger _ledger = Ledger.Empty;
    private Ledger _kept = Ledger.Empty;
    private double _now;

    public void Dispose() => _folder.Delete(recursive: true);

    private StateFolder Folder => new(_folder.FullName, StateFolder.HistoryName);

    [Fact]
    public void Hours_are_written_as_they_are_and_forgotten_once_no_joule_of_theirs_can_come()
    {
        using var keeper = Keeper();
        Begin(Noon);
        Draw(100);
        Assert.Null(keeper.Step());
        Draw(50);
        Assert.Null(keeper.Step()); // the same hour, again
        Begin(Noon + 3600);
        Assert.Null(keeper.Step());
        Begin(Noon + 7200);
        Draw(7);
        var kept = keeper.Step();

        Assert.Equal(Noon + 3600, kept?.Before);
        Assert.Equal([(Noon, 150.0), (Noon + 7200, 7.0)], Written());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Folder.File));
        _ledger = _ledger.Apply(kept!);
        Draw(1);
        Assert.Null(keeper.Step());
        Assert.Equal([(Noon, 150.0), (Noon + 7200, 8.0)], Written());
    }

    [Fact]
    public void What_is_older_than_is_wanted_is_removed_once_a_day_of_hours_says_that_it_is_old()
    {
        const long Later = Noon + (33 * 24 * 3600);
        using var keeper = Keeper(days: 32);
        Begin(Noon);
        Draw(100);
        _ = keeper.Step();
        for (var hour = 0; hour < 30; hour++)
        {
            Begin(Later + (hour * 3600));
            Draw(5);
            if (keeper.Step() is { } kept)
            {
                _ledger = _ledger.Apply(kept);
            }

            Assert.Equal(hour < 23, Written().Any(row => row.Start == Noon));
        }
    }

    [Fact]
    public void A_clock_that_is_years_ahead_for_a_while_erases_nothing_and_moves_no_hour()
    {
        using var keeper = Keeper();
        Begin(Noon);
        Draw(100);
        Begin(Noon + (10 * 365 * 24 * 3600));
        Draw(1);
        Keep();
        Begin(Noon + 3600);
        Draw(50);
        Keep();
        Begin(Noon + 7200);
        Draw(25);
        Keep();

        Assert.Equal([(Noon, 100.0), (Noon + 3600, 50.0), (Noon + 7200, 25.0)], Written().Where(hour => hour.Start < Noon + 10000));

        void Keep()
        {
            if (keeper.Step() is { } kept)
            {
                _ledger = _ledger.Apply(kept);
            }
        }
    }

    [Fact]
    public void No_hour_is_over_until_every_device_may_be_back()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        using var keeper = new HistoryKeeper(
            Folder, 1096, new HistoryStart(HourBook.Empty, SameBoot: true), () => _ledger, new MonotonicClock(time), Channel.CreateUnbounded<LedgerEvent>().Writer, _log);
        Begin(Noon);
        Draw(100);
        Begin(Noon + (3 * 3600));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(keeper.Step());
        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(Noon + 3600, keeper.Step()?.Before);
    }

    [Fact]
    public void An_agent_that_lost_its_state_adds_to_what_history_has_of_the_hour()
    {
        using (var first = Keeper())
        {
            Begin(Noon);
            Draw(550);
            _ = first.Step();
        }

        _ledger = Ledger.Empty;
        using var second = Keeper();
        Begin(Noon);
        Draw(7);
        _ = second.Step();
        _ = second.Step();

        Assert.Equal([(Noon, 557.0)], Written());
    }

    [Theory]
    [InlineData(true, 130)] // the counters tell again what came after it was kept
    [InlineData(false, 150)]
    public void An_agent_that_goes_on_from_an_older_state_has_all_of_the_hour(bool sameBoot, double expected)
    {
        using (var first = Keeper())
        {
            Begin(Noon);
            Draw(100);
            _kept = _ledger;
            Draw(20);
            _ = first.Step();
        }

        _ledger = _kept;
        using var second = Keeper(start: new HistoryStart(_kept.Hours, sameBoot));
        Draw(30);
        _ = second.Step();

        Assert.Equal([(Noon, expected)], Written());
    }

    [Fact]
    public void What_is_damaged_is_set_aside_and_the_hours_at_hand_are_written_anew()
    {
        using var keeper = Keeper();
        Begin(Noon);
        Draw(100);
        File.WriteAllText(Folder.File, new string('x', 5000));
        Assert.Null(keeper.Step());
        Assert.False(keeper.Up);
        Assert.Null(keeper.Step());

        Assert.True(keeper.Up);
        Assert.Equal([(Noon, 100.0)], Written());
        Assert.Single(Folder.SetAside);
        Assert.Equal(2, _log.Entries.Count);
        Assert.Contains("was damaged", _log.Entries[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_joulets_history_is_left_as_it_is_and_said_once()
    {
        using (var newer = new SqliteConnection($"Data Source={Folder.File};Pooling=False"))
        {
            newer.Open();
            using var count = new SqliteCommand("CREATE TABLE t (x); PRAGMA user_version = 7", newer);
            count.ExecuteNonQuery();
        }

        var bytes = File.ReadAllBytes(Folder.File);
        using var keeper = Keeper();
        Begin(Noon);
        Draw(100);
        Assert.Null(keeper.Step());
        Assert.Null(keeper.Step());

        Assert.False(keeper.Up);
        Assert.Equal(bytes, File.ReadAllBytes(Folder.File));
        Assert.Contains("a newer joulet wrote", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
        Assert.Single(_ledger.Hours.Starts);
    }

    [Fact]
    public void A_report_can_be_made_while_it_is_written()
    {
        using var keeper = Keeper();
        Begin(Noon);
        Draw(100);
        _ = keeper.Step();
        using var reader = new HistoryFile(HistorySchema.Open(Folder.File, write: false).Connection!);
        Assert.Single(reader.Hours(0, long.MaxValue));
        Draw(1);
        _ = keeper.Step();

        Assert.True(keeper.Up);
        Assert.Equal(101, Assert.Single(reader.Hours(0, long.MaxValue)).Cell.Energy.Value, 1e-9);
    }

    [Fact]
    public void Every_category_has_a_number_that_is_read_as_it_was() =>
        Assert.All(Enum.GetValues<Category>(), category => Assert.Equal(category, HistorySchema.CategoryOf(HistorySchema.NumberOf(category))));

    /// <summary>One that runs for some minutes: every device is back.</summary>
    private HistoryKeeper Keeper(int days = 1096, HistoryStart? start = null)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var keeper = new HistoryKeeper(
            Folder, days, start ?? new HistoryStart(HourBook.Empty, SameBoot: false), () => _ledger, new MonotonicClock(time), Channel.CreateUnbounded<LedgerEvent>().Writer, _log);
        time.Advance(TimeSpan.FromMinutes(10));
        return keeper;
    }

    private void Begin(long start) => _ledger = _ledger.Apply(new LedgerEvent.HourBegan(Moment.FromSeconds(_now), start));

    private void Draw(double joules)
    {
        var device = new Device(DeviceKind.Package, "package-0", "rapl:package-0", 0);
        var drawn = _ledger.Devices.GetValueOrDefault(device.Id)?.Measured.Value ?? 0;
        _ledger = _ledger.Apply(new LedgerEvent.IntensityTold(Moment.FromSeconds(_now), new CarbonIntensity(400, "test", "", IntensityTier.Live)));
        foreach (var total in new[] { drawn, drawn + joules })
        {
            _now++;
            _ledger = _ledger
                .Apply(new LedgerEvent.DeviceRead(Moment.FromSeconds(_now), device, new Reading.Counter(new Joules(total)) { MostPower = new Watts(1000) }))
                .Apply(new LedgerEvent.TickEnded(Moment.FromSeconds(_now), Moment.FromSeconds(_now)));
        }
    }

    private (long Start, double Joules)[] Written()
    {
        using var file = new HistoryFile(HistorySchema.Open(Folder.File, write: false).Connection!);
        return [.. file.Hours(0, long.MaxValue).GroupBy(row => row.Key.Start).Select(hour => (hour.Key, Math.Round(hour.Sum(row => row.Cell.Energy.Value), 6))).Where(hour => hour.Item2 > 0)];
    }
}
