using System.Collections.Immutable;
using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Carbon;

namespace Agent.Grid;

/// <summary>Asks a provider now and then, never because of a scrape, and tells the ledger what intensity holds.</summary>
internal sealed partial class GridPoller : BackgroundService
{
    /// <summary>How often the ladder is looked at: what was live grows old by itself.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan QuotaBackOff = TimeSpan.FromHours(1);

    /// <summary>A key that is refused is refused in an hour, too.</summary>
    private static readonly TimeSpan DeniedBackOff = TimeSpan.FromHours(6);

    private readonly IIntensityProvider _provider;
    private readonly CarbonIntensity _fallback;
    private readonly GridCache? _cache;
    private readonly TimeSpan _interval;
    private readonly Func<double> _jitter;
    private readonly MonotonicClock _clock;
    private readonly ChannelWriter<LedgerEvent> _events;
    private readonly ILogger<GridPoller> _log;

    private ImmutableArray<GridValue> _told;
    private GridValidators _validators = GridValidators.None;
    private CarbonIntensity? _last;
    private Core.Units.Moment _due;
    private TimeSpan _backOff = FirstBackOff;
    private GridFailure? _said;
    private volatile GridHealth _health = GridHealth.Unknown;

    /// <summary>A poller that has asked nothing yet.</summary>
    /// <param name="fallback">What holds where the provider told nothing that does.</param>
    /// <param name="cache">What it told the agent before; null where nothing is kept.</param>
    /// <param name="interval">Between two questions; the provider's own limit goes before it.</param>
    /// <param name="jitter">From 0 to 1: agents that started together should not ask together.</param>
    public GridPoller(
        IIntensityProvider provider,
        CarbonIntensity fallback,
        GridCache? cache,
        TimeSpan interval,
        Func<double> jitter,
        MonotonicClock clock,
        ChannelWriter<LedgerEvent> events,
        ILogger<GridPoller> log)
    {
        (_provider, _fallback, _cache, _jitter, _clock, _events, _log) = (provider, fallback, cache, jitter, clock, events, log);
        _interval = interval > provider.ShortestInterval ? interval : provider.ShortestInterval;
        _told = cache?.Read() ?? [];
        _due = clock.Now;
    }

    public GridHealth Health => _health;

    /// <summary>What holds now, by what is known without asking.</summary>
    public CarbonIntensity Now => IntensityLadder.At(_clock.Time.GetUtcNow(), _told, _provider, _fallback);

    /// <summary>Asks where it is time to, and tells what changed.</summary>
    public async Task StepAsync(CancellationToken stop)
    {
        if (_clock.Now >= _due)
        {
            Take(await _provider.AskAsync(_validators, _clock.Time.GetUtcNow(), stop));
        }

        if (Now is var now && now != _last)
        {
            _last = now;
            await _events.WriteAsync(new LedgerEvent.IntensityTold(_clock.Now, now), stop);
        }
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

    private void Take(GridAnswer answer)
    {
        switch (answer)
        {
            case GridAnswer.Failed failed:
                Failed(failed);
                return;
            case GridAnswer.Told told:
                (_told, _validators) = (told.Values, told.Validators);
                _cache?.Write(_told);
                break;
        }

        if (_said is not null)
        {
            SaidWell(_provider.Name);
        }

        (_said, _backOff, _health) = (null, FirstBackOff, _health with { Up = true });
        _due = _clock.Now + (_interval * (0.9 + (0.2 * _jitter())));
    }

    private void Failed(GridAnswer.Failed failed)
    {
        _health = _health.With(failed.Cause);
        var wait = failed.Cause switch
        {
            GridFailure.Denied => DeniedBackOff,
            GridFailure.Quota => failed.RetryAfter ?? QuotaBackOff,
            _ => failed.RetryAfter is { } asked && asked > _backOff ? asked : _backOff,
        };
        _due = _clock.Now + (wait * (1 + (0.1 * _jitter())));
        _backOff = _backOff * 2 < _interval ? _backOff * 2 : _interval;
        if (_said != failed.Cause)
        {
            _said = failed.Cause;
            SaidFault(_provider.Name, failed.Reason, failed.Cause == GridFailure.Denied ? " Look at carbon.token_file and carbon.zone." : "");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "carbon.provider {Provider}: {Reason}{Fix} Emissions go on with what is known: joulet_carbon_intensity_grams_per_kilowatt_hour tells its tier.")]
    private partial void SaidFault(string provider, string reason, string fix);

    [LoggerMessage(Level = LogLevel.Information, Message = "carbon.provider {Provider} answers again.")]
    private partial void SaidWell(string provider);
}
