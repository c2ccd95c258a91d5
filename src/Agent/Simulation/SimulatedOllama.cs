using System.Collections.Immutable;
using System.Globalization;

namespace Agent.Simulation;

/// <summary>
/// An Ollama that serves each loaded model with a child process on a loopback port of its own, as Ollama does since
/// 0.30.
/// </summary>
/// <param name="ports">The ports runners take by turns: a new runner never has the last one's.</param>
internal sealed class SimulatedOllama(
    ImmutableArray<ModelSpec> models, ProcessTable processes, ImmutableArray<int> ports)
{
    /// <summary>What <c>/api/version</c> tells.</summary>
    public const string Version = "0.33.2";

    /// <summary>Where the model blobs lie, as runners and <c>/api/show</c> name them.</summary>
    public const string Blobs = "/usr/share/ollama/.ollama/models/blobs";

    /// <summary>How long a model is kept after its last request, by its <c>expires_at</c>.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, SimulatedRunner> _runners = [];
    private readonly Dictionary<string, ModelTruth> _ended =
        models.ToDictionary(model => model.Name, model => new ModelTruth(model.Name, 0, 0, 0, 0));
    private readonly HashSet<string> _leaving = [];
    private int _nextPort;

    public ImmutableArray<ModelSpec> Models => models;

    /// <summary>In the order of the models, so that one seed gives one world.</summary>
    public ImmutableArray<SimulatedRunner> Runners { get; private set; } = [];

    /// <summary>Changes whenever a runner comes or goes.</summary>
    public int Epoch { get; private set; }

    /// <summary>A client asks: where the model is not loaded, its runner is started first.</summary>
    public void Ask(ModelSpec model, Prompt prompt, TimeSpan now)
    {
        if (!_runners.TryGetValue(model.Name, out var runner))
        {
            runner = Load(model, now);
            _runners.Add(model.Name, runner);
            _ended[model.Name] = _ended[model.Name] with { Loads = _ended[model.Name].Loads + 1 };
            Changed();
        }

        runner.Enqueue(prompt);
    }

    /// <summary>Unloads a model; as in Ollama, what it was asked is answered first.</summary>
    public void Unload(ModelSpec model)
    {
        if (_runners.ContainsKey(model.Name))
        {
            _leaving.Add(model.Name);
        }
    }

    /// <summary>Ends the runners to be unloaded that are done.</summary>
    public void EndLeaving()
    {
        foreach (var runner in Runners.Where(runner => _leaving.Contains(runner.Model.Name)))
        {
            if (runner.Loading || runner.Busy)
            {
                continue;
            }

            var name = runner.Model.Name;
            _leaving.Remove(name);
            _runners.Remove(name);
            _ended[name] = With(_ended[name], runner);
            processes.End(runner.Process);
            Changed();
        }
    }

    public ImmutableArray<ModelTruth> Snapshot() =>
    [
        .. from model in models
           let ended = _ended[model.Name]
           select _runners.TryGetValue(model.Name, out var runner) ? With(ended, runner) : ended,
    ];

    private static ModelTruth With(ModelTruth ended, SimulatedRunner runner) => ended with
    {
        Generated = ended.Generated + runner.Generated,
        PromptEvaluated = ended.PromptEvaluated + runner.Totals.PromptTokens,
        PromptCached = ended.PromptCached + runner.Totals.CachedTokens,
    };

    private void Changed()
    {
        Runners = [.. from model in models where _runners.ContainsKey(model.Name) select _runners[model.Name]];
        Epoch++;
    }

    private SimulatedRunner Load(ModelSpec model, TimeSpan now)
    {
        var port = ports[_nextPort++ % ports.Length];
        var process = processes.Start(
            now,
            processes.Server.Pid,
            ProcessTable.OllamaUser,
            ProcessTable.OllamaGroup,
            "llama-server",
            "/usr/local/lib/ollama/llama-server",
            "--model", $"{Blobs}/{model.Blob}",
            "--port", port.ToString(CultureInfo.InvariantCulture),
            "--host", "127.0.0.1",
            "--no-webui", "--offline",
            "-c", model.ContextLength.ToString(CultureInfo.InvariantCulture),
            "-np", model.Slots.ToString(CultureInfo.InvariantCulture),
            "--log-verbosity", "4", "--no-log-prefix", "--no-log-timestamps", "--no-jinja",
            "--flash-attn", "auto", "-b", "512", "-ub", "512", "--context-shift", "--keep", "4");
        return new SimulatedRunner(model, process, port, now);
    }
}
