using System.Text.Json;

namespace Agent.Tests.Ollama;

/// <summary>Plays recorded runners: processes in a /proc of files, each a real HTTP server that answers as the real one did.</summary>
internal sealed class RecordedRunners(ProcfsFixture procfs, IReadOnlyList<RecordedStep> steps) : IAsyncDisposable
{
    private readonly Dictionary<int, LoopbackServer> _servers = [];
    private readonly Dictionary<int, RecordedStep> _now = [];
    private int _played;

    /// <summary>They were started without LLAMA_ARG_ENDPOINT_METRICS.</summary>
    public bool HidesCounters { get; init; }

    /// <summary>The runners there are, each as it is now.</summary>
    public IReadOnlyDictionary<int, RecordedStep> Now => _now;

    /// <summary>Reads a recording.</summary>
    /// <param name="name">A file of the folder Recordings.</param>
    public static RecordedRunners Load(ProcfsFixture procfs, string name, bool hidesCounters = false) => new(
        procfs,
        [.. File.ReadLines(Path.Combine(Repository.Path("tests/Agent.Tests/Ollama/Recordings"), name)).Select(Parse).OfType<RecordedStep>()])
    {
        HidesCounters = hidesCounters,
    };

    /// <summary>Puts the next change into effect; null at the end.</summary>
    public async Task<RecordedStep?> StepAsync()
    {
        if (_played == steps.Count)
        {
            return null;
        }

        var step = steps[_played++];
        if (step.Gone)
        {
            procfs.RemoveRunner(step.Pid);
            _now.Remove(step.Pid);
            await _servers[step.Pid].DisposeAsync();
            return step;
        }

        var isNew = !_now.ContainsKey(step.Pid);
        lock (_now)
        {
            _now[step.Pid] = step;
        }

        if (isNew)
        {
            _servers[step.Pid] = await LoopbackServer.StartAsync(path => Answer(step.Pid, path));
            procfs.AddRunner(step.Pid, _servers[step.Pid].Port, step.Blob!);
        }

        return step;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    private static RecordedStep? Parse(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return json.TryGetProperty("note", out _)
            ? null
            : new RecordedStep(
                json.GetProperty("t").GetDouble(),
                json.GetProperty("pid").GetInt32(),
                json.TryGetProperty("blob", out var blob) ? blob.GetString() : null,
                json.TryGetProperty("gone", out _),
                json.TryGetProperty("metrics", out var metrics)
                    ? metrics.EnumerateObject().ToDictionary(counter => counter.Name, counter => counter.Value.GetString()!)
                    : null,
                json.TryGetProperty("slots", out var slots) ? slots : null);
    }

    private (int Status, string Body) Answer(int pid, string path)
    {
        RecordedStep step;
        lock (_now)
        {
            step = _now[pid];
        }

        return step is { Counters: { } counters, Slots: { } slots }
            ? path switch
            {
                "/metrics" when HidesCounters => (501, "{}"),
                "/metrics" => (200, RunnerText.Metrics(counters.Select(counter => (counter.Key, counter.Value)))),
                "/slots" => (200, slots.GetRawText()),
                _ => (404, "{}"),
            }
            : (503, RunnerText.Loading);
    }
}
