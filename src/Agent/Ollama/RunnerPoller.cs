using System.Collections.Immutable;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Looks after the runners of all Ollamas: one look at /proc and one question to each runner per round.</summary>
/// <remarks>
/// A runner answers between two batches, which can take seconds. A round waits for it only shortly; an answer that comes
/// later is reported by a later round, and until then the round says up to when everything is known.
/// </remarks>
internal sealed partial class RunnerPoller : IDisposable
{
    /// <summary>How long a round waits for answers. A resting runner answers within 5 ms.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    /// <summary>A silent runner holds back what is settled by no more than this.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(30);

    private readonly MonotonicClock _clock;
    private readonly ILogger<RunnerPoller> _log;
    private readonly Procfs _procfs;
    private readonly BootClock _boot;
    private readonly RunnerFinder _finder;
    private readonly RunnerClient _client;
    private readonly Dictionary<RunnerId, PolledRunner> _runners = [];

    public RunnerPoller(OllamaConfig config, PathsConfig paths, MonotonicClock clock, ILogger<RunnerPoller> log)
    {
        (_clock, _log) = (clock, log);
        _procfs = new Procfs(paths.Procfs);
        _boot = new BootClock(_procfs, clock);
        var upstreams = Upstream.All(config);
        _finder = new RunnerFinder(_procfs, upstreams, config.Runners);
        _client = new RunnerClient(clock);
        Rosters = upstreams.ToDictionary(upstream => upstream.Name, _ => new RunnerRoster());
    }

    /// <summary>Each Ollama's runners of the last round, by its name, for those who name their models.</summary>
    public IReadOnlyDictionary<string, RunnerRoster> Rosters { get; }

    /// <summary>Looks at the clocks; before each round, and before the sensors' readings of it: their counters may have started anew.</summary>
    /// <returns>That the machine was suspended since the last look; null if it was not.</returns>
    public LedgerEvent.Resumed? Resumed() => _boot.Look() is { } time ? new LedgerEvent.Resumed(_clock.Now, time) : null;

    /// <summary>One round; called by one thread, at the sampling pace.</summary>
    public async Task<RunnerRound> PollAsync(CancellationToken stop)
    {
        if (_boot.Uptime is null)
        {
            _boot.Look();
        }

        var now = _clock.Now;
        var events = new List<LedgerEvent>();
        var changed = new HashSet<string>();
        Collect(events, changed);
        FollowProcesses(now, events, changed);
        await AskAsync(stop);
        Collect(events, changed);
        foreach (var ollama in changed.Where(Rosters.ContainsKey)) // not those of whom it cannot be told whose they are
        {
            Rosters[ollama].Set([.. _runners.Values.Select(polled => polled.Runner).Where(runner => runner.Ollama == ollama)]);
        }

        return new RunnerRound(
            [.. events.OrderBy(happened => happened.At)],
            SettledAt(now),
            _runners.Values.Any(polled => polled.Active));
    }

    public void Dispose()
    {
        foreach (var polled in _runners.Values)
        {
            polled.Dispose();
        }

        _client.Dispose();
    }

    private Moment SettledAt(Moment now)
    {
        var unknown = _runners.Values.Where(polled => !polled.Told).Select(polled => polled.KnownUntil);
        return Moment.Max(unknown.Aggregate(now, Moment.Min), now - LongestHold);
    }

    /// <summary>Reports runners that came and went, and whose they are.</summary>
    private void FollowProcesses(Moment now, List<LedgerEvent> events, HashSet<string> changed)
    {
        var found = _finder.Find(_boot.Uptime, now);
        foreach (var (id, polled) in _runners)
        {
            if (!found.Any(other => other.Runner.Id == id))
            {
                changed.Add(polled.Runner.Ollama);
                _runners.Remove(id);
                _finder.Forget(id);
                polled.Dispose();
                events.Add(new LedgerEvent.RunnerGone(now, id));
                LogGone(id.Pid, polled.Runner.Blob);
            }
        }

        foreach (var (runner, endpoint, _) in found)
        {
            Follow(runner, endpoint, now, events, changed);
        }

        if (_procfs.ReadProcessorTime() is { } processors)
        {
            var byPid = found.ToImmutableDictionary(each => each.Runner.Id.Pid, each => each.CpuSeconds);
            var times = new CpuTimes(processors.Busy, processors.Processors, _finder.ServerCpuSeconds, byPid);
            events.Add(new LedgerEvent.CpuTimesRead(now, times));
        }
    }

    private void Follow(Runner runner, Uri? endpoint, Moment now, List<LedgerEvent> events, HashSet<string> changed)
    {
        var known = _runners.GetValueOrDefault(runner.Id);
        var before = known?.Runner;
        if (known is null)
        {
            _runners[runner.Id] = known = new PolledRunner(runner, _boot.StartOf(runner.Id.StartTicks), now);
        }

        if (before != runner)
        {
            changed.UnionWith([before?.Ollama ?? runner.Ollama, runner.Ollama]);
            known.Runner = runner;
            events.Add(new LedgerEvent.RunnerFound(now, runner, known.Started));
            LogFound(runner.Id.Pid, runner.Blob, runner.Unreadable ?? "It is read.");
        }

        if (runner.Unreadable is not null)
        {
            known.Endpoint = null;
        }
        else if (endpoint is not null)
        {
            known.Endpoint ??= new RunnerEndpoint(endpoint);
        }
        else
        {
            // It has not opened its port yet, which it does before it loads its model.
            var loading = new RunnerAnswer.Loading();
            known.Remember(now, loading);
            events.Add(new LedgerEvent.RunnerAnswered(now, runner.Id, loading));
        }
    }

    private async Task AskAsync(CancellationToken stop)
    {
        foreach (var polled in _runners.Values)
        {
            polled.Ask(_client);
        }

        var outstanding = _runners.Values.Select(polled => polled.Outstanding).OfType<Task>().ToArray();
        if (outstanding.Length > 0)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(Task.WhenAll(outstanding), Task.Delay(Wait, _clock.Time, enough.Token));
            await enough.CancelAsync();
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Reports the answers that are there, and whose runners finished loading.</summary>
    private void Collect(List<LedgerEvent> events, HashSet<string> changed)
    {
        foreach (var polled in _runners.Values)
        {
            var (served, failures) = (polled.Serves, polled.Failures);
            switch (polled.TakeReply())
            {
                case RunnerReply.Answered answered:
                    if (failures > 0)
                    {
                        LogAnswersAgain(polled.Runner.Id.Pid, polled.Runner.Blob, failures);
                    }

                    events.Add(new LedgerEvent.RunnerAnswered(answered.At, polled.Runner.Id, answered.Answer));
                    if (polled.Serves && !served)
                    {
                        changed.Add(polled.Runner.Ollama);
                    }

                    break;
                case RunnerReply.Nothing nothing when polled.Failures == 1:
                    LogNothing(polled.Runner.Id.Pid, polled.Runner.Blob, nothing.Reason);
                    break;
                default:
                    break;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Runner {Pid} ({Blob}) found. {State}")]
    private partial void LogFound(int pid, string? blob, string state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Runner {Pid} ({Blob}) ended.")]
    private partial void LogGone(int pid, string? blob);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Runner {Pid} ({Blob}) gave no usable answer. {Reason} It counts as doing what it did before.")]
    private partial void LogNothing(int pid, string? blob, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Runner {Pid} ({Blob}) answers again, after {Failures} questions without a usable answer.")]
    private partial void LogAnswersAgain(int pid, string? blob, int failures);
}
