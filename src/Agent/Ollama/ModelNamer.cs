namespace Agent.Ollama;

/// <summary>Finds the names of the models whose blobs runners serve.</summary>
/// <remarks>
/// Several names may share one blob; which of them a runner serves only <c>/api/ps</c> tells, and only once it has loaded.
/// Before that a blob is named if no more than one model on disk has it.
/// </remarks>
internal sealed partial class ModelNamer(OllamaApi api, ILogger<ModelNamer> log)
{
    /// <summary>Most calls of <c>/api/show</c> in one pass; the rest is asked in the next.</summary>
    private const int MaxShown = 500;

    /// <summary>Most models whose blob is remembered; past this all are asked again.</summary>
    private const int MaxRemembered = 5000;

    /// <summary>Most blobs whose name is still looked for when their runner is gone.</summary>
    private const int MaxNameless = 100;

    private readonly Dictionary<(string Name, string Digest), string?> _blobs = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly HashSet<string> _nameless = [];
    private readonly List<NamedModel> _found = [];
    private int _shown;

    /// <summary>Blobs without a name, after the last pass.</summary>
    public bool Searching => _nameless.Count > 0;

    /// <summary>Looks for names, at Ollama where it must.</summary>
    /// <param name="blobs">Those of the runners there are.</param>
    /// <param name="loaded">What <c>/api/ps</c> lists.</param>
    /// <returns>The names found, or found to be others than before.</returns>
    public async Task<IReadOnlyList<NamedModel>> NameAsync(
        IEnumerable<string> blobs, IReadOnlyList<ListedModel> loaded, CancellationToken stop)
    {
        _found.Clear();
        _shown = 0;
        var running = blobs.ToHashSet();
        _nameless.UnionWith(running.Where(blob => !_names.ContainsKey(blob)).Take(MaxNameless - _nameless.Count));
        if (running.Count > 0)
        {
            await NameLoadedAsync(loaded, stop);
        }

        if (_nameless.Count > 0)
        {
            await NameAvailableAsync(stop);
        }

        return [.. _found];
    }

    private async Task NameLoadedAsync(IReadOnlyList<ListedModel> loaded, CancellationToken stop)
    {
        var told = new HashSet<string>();
        foreach (var model in loaded)
        {
            // Of two names of one blob the first listed counts: it was used last.
            if (await BlobOfAsync(model, stop) is (true, { } blob) && told.Add(blob))
            {
                Name(blob, model);
            }
        }
    }

    private async Task NameAvailableAsync(CancellationToken stop)
    {
        if (await api.AvailableAsync(stop) is not ApiAnswer<IReadOnlyList<ListedModel>>.Given { Value: var available })
        {
            return;
        }

        var candidates = new List<(string Blob, ListedModel Model)>();
        foreach (var model in available.Where(model => model.Local))
        {
            var (known, blob) = await BlobOfAsync(model, stop);
            if (!known)
            {
                return; // without all of them it cannot be said that a name is the only one
            }

            if (blob is not null && _nameless.Contains(blob))
            {
                candidates.Add((blob, model));
            }
        }

        foreach (var group in candidates.GroupBy(candidate => candidate.Blob).Where(group => group.Count() == 1))
        {
            Name(group.Key, group.First().Model);
        }
    }

    private void Name(string blob, ListedModel model)
    {
        _nameless.Remove(blob);
        if (_names.GetValueOrDefault(blob) != model.Name)
        {
            _names[blob] = model.Name;
            _found.Add(new NamedModel(blob, model.Name, model.Details));
        }
    }

    /// <summary>The blob of a model, null where it has none; not known where it could not be asked, or not in this pass.</summary>
    private async Task<(bool Known, string? Blob)> BlobOfAsync(ListedModel model, CancellationToken stop)
    {
        var key = (model.Name, model.Digest);
        if (_blobs.TryGetValue(key, out var known))
        {
            return (true, known);
        }

        if (_shown == MaxShown)
        {
            LogLimit(MaxShown);
            return (false, null);
        }

        _shown++;
        var answer = await api.BlobOfAsync(model.Name, stop);
        if (answer is ApiAnswer<string?>.Unreachable)
        {
            return (false, null);
        }

        if (_blobs.Count >= MaxRemembered)
        {
            _blobs.Clear();
        }

        // A model Ollama cannot show it cannot run either.
        return (true, _blobs[key] = (answer as ApiAnswer<string?>.Given)?.Value);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "More than {Limit} models to look through for a name; the rest is looked through later.")]
    private partial void LogLimit(int limit);
}
