using System.Globalization;
using Agent.Config;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>What there is to know of Ollama and its runners, for <c>joulet check</c>.</summary>
internal sealed class OllamaCheck(OllamaConfig config, PathsConfig paths, MonotonicClock clock)
{
    private const string Subject = "ollama";

    /// <summary>How long a runner is waited for; one that works answers between two batches.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<Upstream> _upstreams = Upstream.All(config);
    private readonly Procfs _procfs = new(paths.Procfs);

    /// <summary>Asks once, changes nothing.</summary>
    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken stop)
    {
        var findings = new List<Finding>();
        foreach (var upstream in _upstreams)
        {
            findings.Add(await CheckServerAsync(upstream, stop));
        }

        var boot = new BootClock(_procfs, clock);
        boot.Look();
        var finder = new RunnerFinder(_procfs, _upstreams, config.Runners);
        var runners = finder.Find(boot.Uptime, clock.Now);
        if (config.Runners == Enabled.False)
        {
            findings.Add(new Finding(Verdict.Warning, Subject, "Its runners are not read, so tokens are not counted.", "Set ollama.runners to auto."));
            return findings;
        }

        foreach (var server in finder.Servers)
        {
            findings.AddRange(
                from finding in await CheckRunnersAsync(finder, server, runners, stop)
                select finding with { Text = Of(server.Upstream, finding.Text) });
        }

        var addresses = string.Join(", ", _upstreams);
        findings.AddRange(finder.Strangers.Select(stranger => new Finding(
            Verdict.Warning,
            Subject,
            Text($"Process {stranger.Pid} of user {stranger.User} looks like a runner, but no Ollama at {addresses} started it: it is left aside."),
            "If it belongs to another Ollama that you want to measure, set ollama.upstream to that one's address, or ollama.upstreams to the addresses of both.")));
        return findings;
    }

    /// <summary>Says which Ollama it is, where there are several.</summary>
    private static string Of(Upstream upstream, string text) => upstream.Name.Length == 0 ? text : $"{upstream.Name}: {text}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static async Task<Finding> CheckServerAsync(Upstream upstream, CancellationToken stop)
    {
        using var api = new OllamaApi(upstream);
        return await api.VersionAsync(stop) switch
        {
            ApiAnswer<string>.Given { Value: var version } => new Finding(Verdict.Good, Subject, $"Ollama {version} answers at {upstream}."),
            ApiAnswer<string>.Refused { Reason: var reason } => new Finding(
                Verdict.Bad, Subject, $"What answers at {upstream} is not Ollama. {reason}", $"Set {upstream.Key} to Ollama's address."),
            ApiAnswer<string>.Unreachable { Reason: var reason } => new Finding(
                Verdict.Absent,
                Subject,
                $"No Ollama answers at {upstream}. {reason}",
                $"Start it: systemctl start ollama. If it listens elsewhere, set {upstream.Key} to its address."),
            var answer => throw new InvalidOperationException($"Unknown answer {answer}."),
        };
    }

    private async Task<IEnumerable<Finding>> CheckRunnersAsync(
        RunnerFinder finder, WatchedServer watched, IReadOnlyList<FoundRunner> runners, CancellationToken stop)
    {
        var server = watched.Server;
        if (server is OllamaServer.Unclear unclear)
        {
            return [new Finding(Verdict.Warning, Subject, unclear.Reason, unclear.Fix)];
        }

        var first = finder.Servers.First(each => each == watched || (server is OllamaServer.Known && each.Server == server));
        if (first != watched)
        {
            var text = $"It is the same server as {first.Upstream.Name}, under which its runners are counted.";
            return [new Finding(Verdict.Warning, Subject, text, $"Take one of the two out of {watched.Upstream.Key}.")];
        }

        using var client = new RunnerClient(clock);
        var findings = new List<Finding>();
        var metrics = new List<bool>();
        foreach (var (runner, endpoint, _) in runners.Where(found => found.Runner.Ollama == watched.Upstream.Name))
        {
            var name = Text($"Runner {runner.Id.Pid} ({runner.Blob ?? "no blob"})");
            if (endpoint is null)
            {
                findings.Add(runner.Unreadable is { } reason
                    ? new Finding(Verdict.Warning, Subject, $"{name} cannot be read. {reason}")
                    : new Finding(Verdict.Good, Subject, $"{name} is starting."));
                continue;
            }

            var reply = await AskAsync(client, endpoint, stop);
            findings.Add(Describe(name, reply));
            if (reply is RunnerReply.Answered { Answer: RunnerAnswer.Serving serving })
            {
                metrics.Add(serving.Counters is not null);
            }
        }

        return [.. findings, .. CheckMetrics(server, metrics)];
    }

    private static async Task<RunnerReply?> AskAsync(RunnerClient client, Uri endpoint, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        enough.CancelAfter(Patience);
        try
        {
            return await client.AskAsync(new RunnerEndpoint(endpoint), enough.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Finding Describe(string name, RunnerReply? reply) => reply switch
    {
        null => new Finding(Verdict.Good, Subject, $"{name} is busy and has not answered yet; it does so between two batches."),
        RunnerReply.Nothing { Reason: var reason } => new Finding(
            Verdict.Warning, Subject, $"{name} gave no usable answer. {reason}", "Report the version of Ollama to the authors."),
        RunnerReply.Answered { Answer: RunnerAnswer.Loading } => new Finding(Verdict.Good, Subject, $"{name} is loading its model."),
        RunnerReply.Answered { Answer: RunnerAnswer.Serving { Slots: null } } => new Finding(
            Verdict.Warning, Subject, $"{name} does not show its slots.", "Take LLAMA_ARG_ENDPOINT_SLOTS out of Ollama's environment."),
        _ => new Finding(Verdict.Good, Subject, $"{name} is read."),
    };

    /// <summary>Whether tokens are exact.</summary>
    private IEnumerable<Finding> CheckMetrics(OllamaServer server, List<bool> seen)
    {
        var on = seen.Count > 0 ? seen.TrueForAll(each => each) : (bool?)null;
        if (on is null && server is OllamaServer.Known known && _procfs.ReadEnvironment(known.Pid, MetricsSwitch.Variable) is { } value)
        {
            on = MetricsSwitch.IsOn(value);
        }

        if (on is { } certain)
        {
            yield return certain
                ? new Finding(Verdict.Good, Subject, "Its runners show their counters: tokens are exact.")
                : new Finding(Verdict.Warning, Subject, "Its runners do not show their counters: tokens are estimated.", MetricsSwitch.Fix);
        }
        else if (server is OllamaServer.Known)
        {
            yield return new Finding(
                Verdict.Warning,
                Subject,
                "No model is loaded, so whether runners show their counters cannot be told.",
                $"Load one (ollama run MODEL) and check again. If they do not:\n{MetricsSwitch.Fix}");
        }
    }
}
