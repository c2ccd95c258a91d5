using System.Collections.Immutable;
using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>Asks one Ollama's API which models are loaded and what they are called: when runners change, and at an interval.</summary>
/// <remarks>Apart from the readings and at its own pace: a call can take seconds, and each writes a line to Ollama's log.</remarks>
internal sealed partial class OllamaWatcher(
    Upstream upstream,
    OllamaApi api,
    RunnerRoster roster,
    ModelNamer namer,
    ChannelWriter<LedgerEvent> ledger,
    TimeSpan pollInterval,
    MonotonicClock clock,
    ILogger<OllamaWatcher> log) : BackgroundService
{
    /// <summary>Runners that come and go in a row are asked about together.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>The first pause after something is still missing; then twice as long each time, up to the interval.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);

    private TimeSpan _retry = FirstRetry;
    private bool? _up;

    /// <summary>Asks once.</summary>
    /// <returns>How long to wait before the next time, if no runner changes before.</returns>
    public async Task<TimeSpan> StepAsync(CancellationToken stop)
    {
        if (await IsCompleteAsync(stop))
        {
            _retry = FirstRetry;
            return pollInterval;
        }

        var pause = _retry;
        _retry = TimeSpan.FromTicks(Math.Min(_retry.Ticks * 2, pollInterval.Ticks));
        return pause;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await StepAsync(stoppingToken);
            await Task.Delay(ShortestPause, clock.Time, stoppingToken);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(
                Task.Delay(pause - ShortestPause, clock.Time, either.Token),
                roster.ChangedAsync(either.Token));
            await either.CancelAsync();
        }
    }

    /// <summary>Asks for version, loaded models and missing names; false where something is still missing.</summary>
    private async Task<bool> IsCompleteAsync(CancellationToken stop)
    {
        var runners = roster.Runners;
        var answer = await api.VersionAsync(stop);
        var version = (answer as ApiAnswer<string>.Given)?.Value;
        await ledger.WriteAsync(new LedgerEvent.OllamaChecked(clock.Now, version is not null, version is "" ? null : version, upstream.Name), stop);
        Say(answer);
        if (version is null || await api.LoadedAsync(stop) is not ApiAnswer<IReadOnlyList<ListedModel>>.Given { Value: var listed })
        {
            return false;
        }

        ImmutableArray<ListedModel> loaded = [.. listed.Where(model => model.Local)];
        ImmutableArray<LoadedModel> models = [.. loaded.Select(model => new LoadedModel(model.Name, model.SizeBytes, model.VramBytes))];
        await ledger.WriteAsync(new LedgerEvent.ModelsListed(clock.Now, models, upstream.Name), stop);
        var found = await namer.NameAsync(runners.Select(runner => runner.Blob).OfType<string>(), loaded, stop);
        foreach (var model in found.Names)
        {
            await ledger.WriteAsync(new LedgerEvent.ModelNamed(clock.Now, model.Blob, model.Name, model.Details, upstream.Name), stop);
        }

        foreach (var (name, blob) in found.Aliases)
        {
            await ledger.WriteAsync(new LedgerEvent.ModelAliased(clock.Now, name, blob, upstream.Name), stop);
        }

        return !namer.Searching;
    }

    private void Say(ApiAnswer<string> answer)
    {
        var up = answer is ApiAnswer<string>.Given;
        if (up == _up)
        {
            return;
        }

        _up = up;
        switch (answer)
        {
            case ApiAnswer<string>.Given given:
                LogUp(given.Value, upstream);
                break;
            case ApiAnswer<string>.Refused refused:
                LogDown(upstream, refused.Reason);
                break;
            case ApiAnswer<string>.Unreachable unreachable:
                LogDown(upstream, unreachable.Reason);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ollama {Version} answers at {Upstream}.")]
    private partial void LogUp(string version, Upstream upstream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ollama does not answer at {Upstream}. {Reason}")]
    private partial void LogDown(Upstream upstream, string reason);
}
