using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Grid;
using Agent.Tests.Ollama;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Grid;

public sealed class GridPollerTests : IDisposable
{
    private static readonly CarbonIntensity Average = new(344, "static", "DE", IntensityTier.Static);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly Channel<LedgerEvent> _events = Channel.CreateUnbounded<LedgerEvent>();
    private readonly LogMemory<GridPoller> _log = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-grid-");
    private readonly Answering _provider = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_told_lives_two_hours_is_cached_for_six_then_foreseen_then_the_countrys_average_and_never_nothing()
    {
        using var poller = Poller();
        var now = _time.GetUtcNow();
        _provider.Answer = Told(new GridValue(now, now.AddHours(1), 300), new GridValue(now.AddHours(1), now.AddHours(9), 280, Forecast: true));
        await StepAsync(poller);
        _provider.Answer = new GridAnswer.Failed(GridFailure.Server, "It fails.");
        var seen = new List<(double Hours, IntensityTier Tier, double Grams)>();
        for (var hours = 0.0; hours < 12; hours += 0.25)
        {
            await StepAsync(poller);
            if (seen.Count == 0 || seen[^1].Tier != Last.Tier)
            {
                seen.Add((hours, Last.Tier, Last.GramsPerKilowattHour));
            }

            _time.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Equal(
            [(0, IntensityTier.Live, 300), (3.25, IntensityTier.Cached, 300), (7.25, IntensityTier.Forecast, 280), (9, IntensityTier.Static, 344)],
            seen);
        Assert.Equal(now, Assert.IsType<LedgerEvent.IntensityTold>(_told[0]).Intensity.Of);
    }

    [Theory]
    [InlineData(nameof(GridFailure.Server), null, 1, 2)]
    [InlineData(nameof(GridFailure.Denied), null, 360, 400)]
    [InlineData(nameof(GridFailure.Quota), null, 60, 67)]
    [InlineData(nameof(GridFailure.Quota), 7200.0, 120, 133)]
    public async Task After_a_failure_it_waits_as_long_as_the_cause_asks_for(string failure, double? retryAfter, double from, double to)
    {
        using var poller = Poller();
        var cause = Enum.Parse<GridFailure>(failure);
        _provider.Answer = new GridAnswer.Failed(cause, "Why.", retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        await StepAsync(poller);
        var waited = 0.0;
        for (; _provider.Asked < 2; waited += 0.5)
        {
            _time.Advance(TimeSpan.FromMinutes(0.5));
            await StepAsync(poller);
        }

        Assert.InRange(waited, from, to);
        Assert.Equal((false, 2), (poller.Health.Up, poller.Health.Failures[cause]));
        Assert.Equal(IntensityTier.Static, Last.Tier);
    }

    [Fact]
    public async Task It_is_asked_once_an_interval_says_its_trouble_once_and_that_it_is_over()
    {
        using var poller = Poller();
        _provider.Answer = new GridAnswer.Failed(GridFailure.Unreachable, "Nothing listens there.");
        for (var i = 0; i < 20; i++)
        {
            await StepAsync(poller);
            _time.Advance(TimeSpan.FromMinutes(30));
        }

        var now = _time.GetUtcNow();
        _provider.Answer = Told(new GridValue(now, now.AddHours(1), 300));
        await StepAsync(poller);
        var asked = _provider.Asked;
        for (var minutes = 0; minutes < 300; minutes++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await StepAsync(poller);
        }

        Assert.InRange(_provider.Asked - asked, 9, 11);
        Assert.Equal(["Nothing listens there.", "answers again."], _log.Entries.Select(entry => entry.Text.Contains("again", StringComparison.Ordinal) ? "answers again." : "Nothing listens there."));
    }

    [Fact]
    public async Task An_agent_that_starts_while_the_provider_is_away_has_what_it_told_before_and_not_another_zones()
    {
        var now = _time.GetUtcNow();
        using (var first = Poller())
        {
            _provider.Answer = Told(new GridValue(now.AddHours(-1), now, 300));
            await StepAsync(first);
        }

        _time.Advance(TimeSpan.FromHours(3));
        using var second = Poller();
        using var elsewhere = Poller("energy_charts FR Lifecycle");

        Assert.Equal((300, IntensityTier.Cached, now.AddHours(-1)), (second.Now.GramsPerKilowattHour, second.Now.Tier, second.Now.Of));
        Assert.Equal(Average, elsewhere.Now);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "grid.json"), "{\"of\": 7", TestContext.Current.CancellationToken);
        using var third = Poller();
        Assert.Equal(Average, third.Now);
    }

    private readonly List<LedgerEvent> _told = [];

    private CarbonIntensity Last => Assert.IsType<LedgerEvent.IntensityTold>(_told[^1]).Intensity;

    private static GridAnswer.Told Told(params GridValue[] values) => new([.. values], GridValidators.None);

    private async Task StepAsync(GridPoller poller)
    {
        await poller.StepAsync(TestContext.Current.CancellationToken);
        while (_events.Reader.TryRead(out var entry))
        {
            _told.Add(entry);
        }
    }

    private GridPoller Poller(string of = "test DE Lifecycle") => new(
        _provider,
        Average,
        new GridCache(Path.Combine(_folder.FullName, "grid.json"), of),
        TimeSpan.FromMinutes(30),
        () => 0.5,
        new MonotonicClock(_time),
        _events.Writer,
        _log);

    private sealed class Answering : IIntensityProvider
    {
        public GridAnswer Answer { get; set; } = new GridAnswer.NotModified();

        public int Asked { get; private set; }

        public string Name => "test";

        public string Zone => "DE";

        public EmissionScope? Scope => EmissionScope.Lifecycle;

        public TimeSpan ShortestInterval => TimeSpan.FromMinutes(10);

        public Task<GridAnswer> AskAsync(GridValidators known, DateTimeOffset now, CancellationToken cancel)
        {
            Asked++;
            return Task.FromResult(Answer);
        }
    }
}
