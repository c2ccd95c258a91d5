using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Units;

namespace Agent.Tariffs;

/// <summary>Tells the ledger what hour it is in the operator's time zone, and what a kilowatt hour costs now.</summary>
internal sealed class Calendar : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>How far back what held is told, where the agent was down.</summary>
    private static readonly TimeSpan LongestPast = TimeSpan.FromDays(31);

    private readonly IPriceSource? _prices;
    private readonly string _currency;
    private readonly TimeZoneInfo _zone;
    private readonly bool _keepsHours;
    private readonly MonotonicClock _clock;
    private readonly ChannelWriter<LedgerEvent> _events;

    private DateTimeOffset _told;
    private Moment _at;
    private long? _hour;
    private Price? _price;

    /// <summary>A calendar that has told nothing yet.</summary>
    /// <param name="prices">Null: nothing is costed.</param>
    /// <param name="keepsHours">Somebody writes them down: else none is told, and none kept.</param>
    /// <param name="since">When the agent before it ended, in this boot: what held since then is told, too. Null: it was not.</param>
    public Calendar(IPriceSource? prices, string currency, TimeZoneInfo zone, bool keepsHours, DateTimeOffset? since, MonotonicClock clock, ChannelWriter<LedgerEvent> events)
    {
        (_prices, _currency, _zone, _keepsHours, _clock, _events) = (prices, currency, zone, keepsHours, clock, events);
        var now = clock.Time.GetUtcNow();
        _told = Whole(since is { } past && past < now ? Max(past, now - LongestPast) : now) - Minute;
        _at = clock.Now - (now - _told);
    }

    /// <summary>What holds when the agent begins: to be folded in before anything is booked.</summary>
    public IEnumerable<LedgerEvent> Begin() => Due();

    /// <summary>Tells what began since the last time.</summary>
    public async ValueTask StepAsync(CancellationToken stop)
    {
        foreach (var entry in Due())
        {
            await _events.WriteAsync(entry, stop);
        }
    }

    /// <summary>What began since the last time, minute by minute.</summary>
    private IEnumerable<LedgerEvent> Due()
    {
        var (now, moment) = (_clock.Time.GetUtcNow(), _clock.Now);
        if (now < _told - Minute)
        {
            _told = Whole(now) - Minute; // the clock was set back
        }

        _told = Max(_told, Whole(now) - LongestPast); // a clock that was set forward by years: nobody was there meanwhile
        for (var minute = _told + Minute; minute <= now; minute += Minute)
        {
            _told = minute;

            // While the machine is suspended, minutes pass and moments do not: none lies before the last one told.
            var at = Moment.Max(_at, moment - (now - minute));
            if (_keepsHours && HourOf(minute) is var hour && hour != _hour)
            {
                _hour = hour;
                yield return new LedgerEvent.HourBegan(at, hour);
            }

            // None, too: what held before must not go on to be charged, nor what an earlier run was told.
            var price = _prices?.At(minute) is { } amount ? new Price(amount, _currency) : Price.None;
            if (price != _price)
            {
                _price = price;
                yield return new LedgerEvent.PriceTold(at, price);
            }
        }

        _at = moment;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, _clock.Time);
        do
        {
            await StepAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>When the local hour of a time began, in seconds since 1970 UTC: not all zones are whole hours from it.</summary>
    private long HourOf(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, _zone);
        return time.AddMinutes(-local.Minute).ToUnixTimeSeconds() / 60 * 60;
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => new(time.Ticks / Minute.Ticks * Minute.Ticks, time.Offset);

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
