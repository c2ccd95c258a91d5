using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.History;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.History;
using Agent.Tariffs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Reporting;

/// <summary>
/// A year of a machine that works twice a day, once over midnight, and is suspended else; through the ledger, the calendar and
/// history, with restarts and boots. What was drawn and done is written down beside it, by nothing but addition.
/// </summary>
internal sealed class SimulatedYear : IDisposable
{
    public const double Step = 20;

    private const double IdleWatts = 20, BusyWatts = 220;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-year-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 12, 31, 1, 0, 0, TimeSpan.Zero));
    private readonly Channel<LedgerEvent> _events = Channel.CreateUnbounded<LedgerEvent>();
    private readonly Device _gpu = new(DeviceKind.Gpu, "GPU-0", "nvml:GPU-0");
    private readonly RunnerId _runner = new(7, 7);
    private readonly MonotonicClock _clock;
    private readonly HistoryKeeper _history;
    private Calendar _calendar;
    private Ledger _ledger = Ledger.Empty;
    private double _joules;
    private long _tokens;

    public SimulatedYear()
    {
        _clock = new MonotonicClock(_time);
        Folder = new StateFolder(_folder.FullName, StateFolder.HistoryName);
        _history = new HistoryKeeper(Folder, 1096, new HistoryStart(HourBook.Empty, SameBoot: false), () => _ledger, _clock, _events.Writer, NullLogger<HistoryKeeper>.Instance);
        _calendar = NewCalendar(since: null);
    }

    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public static Tariff Tariff { get; } = new([TariffRule.Parse("22:00-06:00 0.19").Rule!, TariffRule.Parse("sat,sun 0.25").Rule!], 0.33, Zone);

    public StateFolder Folder { get; }

    /// <summary>What was drawn in each step: the middle of it, and joules.</summary>
    public List<(DateTimeOffset At, double Joules)> Drawn { get; } = [];

    /// <summary>What was generated.</summary>
    public List<(DateTimeOffset At, long Tokens)> Generated { get; } = [];

    public static double GramsAt(DateTimeOffset time) => 300 + (200 * Math.Sin(time.ToUnixTimeSeconds() / 3600));

    public void Dispose()
    {
        _history.Dispose();
        _calendar.Dispose();
        _folder.Delete(recursive: true);
    }

    public async Task RunAsync(DateOnly last)
    {
        while (DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(_time.GetUtcNow(), Zone).DateTime) is var day && day <= last)
        {
            await SleepUntilAsync(Local(day, 7, 50));
            await SessionAsync(minutes: 20, day.DayNumber);
            await SleepUntilAsync(Local(day, 23, 40));
            await SessionAsync(minutes: 40, day.DayNumber); // over midnight
            if (day.Day == 15)
            {
                Boot();
            }
        }

        _ = _history.Step();
    }

    public (IEnumerable<HourRow> Hours, IEnumerable<TokenRow> Tokens, HistoryFile File) Read(Period period)
    {
        var file = new HistoryFile(HistorySchema.Open(Folder.File, write: false).Connection!);
        return (file.Hours(period.From.ToUnixTimeSeconds(), period.To.ToUnixTimeSeconds()), file.Tokens(period.From.ToUnixTimeSeconds(), period.To.ToUnixTimeSeconds()), file);
    }

    private async Task SessionAsync(int minutes, int seed)
    {
        await TickAsync(watts: 0, tokens: 0); // the first reading has no span before it
        var steps = (int)(minutes * 60 / Step);
        for (var i = 1; i <= steps; i++)
        {
            var busy = (i + seed) % 7 < 3;
            if (seed % 10 == 0 && i == steps / 3)
            {
                Restart(downSteps: 3);
            }

            await TickAsync(busy ? BusyWatts : IdleWatts, busy ? 800 : 0);
        }

        Keep();
    }

    private async Task TickAsync(double watts, long tokens)
    {
        Pass(watts, tokens, Step);
        await _calendar.StepAsync(TestContext.Current.CancellationToken);
        var at = _clock.Now;
        _events.Writer.TryWrite(new LedgerEvent.IntensityTold(Floor(at), new CarbonIntensity(GramsAt(Hour(_time.GetUtcNow())), "test", "DE", IntensityTier.Live)));
        Apply(new LedgerEvent.RunnerFound(at, new Runner { Id = _runner, Blob = "sha256-a" }, at));
        Apply(new LedgerEvent.ModelNamed(at, "sha256-a", "m:8b", new ModelDetails(null, null, null)));
        Apply(new LedgerEvent.DeviceRead(at, _gpu, new Reading.Counter(new Joules(_joules)) { MostPower = new Watts(1000) }));
        Apply(new LedgerEvent.RunnerAnswered(at, _runner, new RunnerAnswer.Serving(
            [new RunnerSlot(tokens > 0, 1, 0)], new RunnerCounters(0, 0, 0, _tokens, _tokens / 40.0))));
        while (_events.Reader.TryRead(out var entry))
        {
            Apply(entry);
        }

        Apply(new LedgerEvent.TickEnded(at, at));
    }

    private void Pass(double watts, long tokens, double seconds)
    {
        var middle = _time.GetUtcNow().AddSeconds(seconds / 2);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _joules += watts * seconds;
        _tokens += tokens;
        Drawn.Add((middle, watts * seconds));
        Generated.Add((middle, tokens));
    }

    private void Restart(int downSteps)
    {
        var saved = _ledger.Save();
        var since = _time.GetUtcNow();
        for (var i = 0; i < downSteps; i++)
        {
            Pass(IdleWatts, 0, Step);
        }

        _ledger = Ledger.Restored(saved, Ledger.Empty, _clock.Now);
        _calendar.Dispose();
        _calendar = NewCalendar(since);
    }

    private void Boot()
    {
        var saved = _ledger.Save();
        _ledger = Ledger.RestoredAfterBoot(saved, Ledger.Empty, _clock.Now, _clock.Now);
        _calendar.Dispose();
        _calendar = NewCalendar(since: null);
        (_joules, _tokens) = (0, 0);
    }

    private void Keep()
    {
        if (_history.Step() is { } kept)
        {
            Apply(kept);
        }
    }

    private async Task SleepUntilAsync(DateTimeOffset time)
    {
        var asleep = time - _time.GetUtcNow();
        _time.Advance(asleep - TimeSpan.FromSeconds(Step));
        Apply(new LedgerEvent.Resumed(_clock.Now, asleep));
        await _calendar.StepAsync(TestContext.Current.CancellationToken);
    }

    private void Apply(LedgerEvent entry) => _ledger = _ledger.Apply(entry);

    private Calendar NewCalendar(DateTimeOffset? since) =>
        new(new ConfiguredPrice(Tariff, "EUR"), "EUR", Zone, keepsHours: true, since, _clock, _events.Writer);

    private Moment Floor(Moment at) => at - (_time.GetUtcNow() - Hour(_time.GetUtcNow()));

    private static DateTimeOffset Hour(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / 3600 * 3600);

    private static DateTimeOffset Local(DateOnly day, int hour, int minute)
    {
        var local = day.ToDateTime(new TimeOnly(hour, minute));
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
