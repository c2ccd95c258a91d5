namespace Agent.Ollama;

/// <summary>Finds the names of the models whose blobs runners serve.</summary>
/// <remarks>
/// Several names may share one blob; which of them a runner serves only <c>/api/ps</c> tells, and only once it has loaded.
/// Before that a blob is named if no more than one model on disk has it.
/// </remarks>
/// <param name="api">Whom to ask.</param>
/// <param name="everyName">Look for all names of the runners' blobs: requests that are seen may come by any of them.</param>
/// <param name="log">Where a limit is told.</param>
internal sealed partial class ModelNamer(OllamaApi api, bool everyName, ILogger<ModelNamer> log)
{
    /// <summary>Most calls of <c>/api/show</c> in one pass; the rest is asked in the next.</summary>
    private const int MaxShown = 500;

    /// <summary>Most models whose blob is remembered; past this all are asked again.</summary>
    private const int MaxRemembered = 5000;

    /// <summary>Most blobs whose name is still looked for when their runner is gone.</summary>
    private const int MaxNameless = 100;

    private readonly Dictionary<(string Name, string Digest), ShownModel> _shown = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, string> _aliases = [];
    private readonly HashSet<string> _nameless = [];
    private readonly List<NamedModel> _found = [];
    private int _asked;

    /// <summary>Blobs without a name, after the last pass.</summary>
    public bool Searching => _nameless.Count > 0;

    /// <summary>Looks for names, at Ollama where it must.</summary>
    /// <param name="blobs">Those of the runners there are.</param>
    /// <param name="loaded">What <c>/api/ps</c> lists.</param>
    /// <returns>The names found, or found to be others than before.</returns>
    public async Task<FoundNames> NameAsync(
        IEnumerable<string> blobs, IReadOnlyList<ListedModel> loaded, CancellationToken stop)
    {
        _found.Clear();
        _asked = 0;
        var running = blobs.ToHashSet();
        var seen = new Dictionary<string, string>();
        _nameless.UnionWith(running.Where(blob => !_names.ContainsKey(blob)).Take(MaxNameless - _nameless.Count));
        if (running.Count > 0)
        {
            await NameLoadedAsync(loaded, seen, stop);
        }

        if (_nameless.Count > 0 || (everyName && running.Count > 0))
        {
            await NameAvailableAsync(seen, stop);
        }

        return new FoundNames([.. _found], NewAliases(running, seen));
    }

    private async Task NameLoadedAsync(IReadOnlyList<ListedModel> loaded, Dictionary<string, string> seen, CancellationToken stop)
    {
        var told = new HashSet<string>();
        foreach (var model in loaded)
        {
            var shown = await ShownAsync(model, stop);
            if (shown is not { Blob: { } blob })
            {
                continue;
            }

            seen.TryAdd(model.Name, blob);

            // Of two names of one blob the first listed counts: it was used last.
            if (told.Add(blob))
            {
                Name(blob, model, shown);
            }
        }
    }

    private async Task NameAvailableAsync(Dictionary<string, string> seen, CancellationToken stop)
    {
        if (await api.AvailableAsync(stop) is not ApiAnswer<IReadOnlyList<ListedModel>>.Given { Value: var available })
        {
            return;
        }

        var candidates = new List<(string Blob, ListedModel Model, ShownModel Shown)>();
        foreach (var model in available.Where(model => model.Local))
        {
            if (await ShownAsync(model, stop) is not { } shown)
            {
                return; // without all of them it cannot be said that a name is the only one
            }

            if (shown.Blob is { } blob)
            {
                seen[model.Name] = blob; // a name that a loaded model lost to another is the other's
                candidates.Add((blob, model, shown));
            }
        }

        foreach (var group in candidates.Where(candidate => _nameless.Contains(candidate.Blob)).GroupBy(candidate => candidate.Blob).ToArray())
        {
            if (group.Count() == 1)
            {
                Name(group.Key, group.First().Model, group.First().Shown);
            }
        }
    }

    private void Name(string blob, ListedModel model, ShownModel shown)
    {
        _nameless.Remove(blob);
        if (_names.GetValueOrDefault(blob) != model.Name)
        {
            _names[blob] = model.Name;
            _found.Add(new NamedModel(blob, model.Name, model.Details with { Embedding = shown.Embedding }));
        }
    }

    /// <summary>Of the names seen, those of runners' blobs that were not told yet, or are another blob's now.</summary>
    private (string Name, string Blob)[] NewAliases(HashSet<string> running, Dictionary<string, string> seen)
    {
        if (_aliases.Count >= MaxRemembered)
        {
            _aliases.Clear();
        }

        var found = seen.Where(pair => running.Contains(pair.Value) && _aliases.GetValueOrDefault(pair.Key) != pair.Value).ToArray();
        foreach (var (name, blob) in found)
        {
            _aliases[name] = blob;
        }

        return [.. found.Select(pair => (pair.Key, pair.Value))];
    }

    /// <summary>What a model is; null where it could not be asked, or not in this pass.</summary>
    private async Task<ShownModel?> ShownAsync(ListedModel model, CancellationToken stop)
    {
        var key = (model.Name, model.Digest);
        if (_shown.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_asked == MaxShown)
        {
            LogLimit(MaxShown);
            return null;
        }

        _asked++;
        var answer = await api.ShowAsync(model.Name, stop);
        if (answer is ApiAnswer<ShownModel>.Unreachable)
        {
            return null;
        }

        if (_shown.Count >= MaxRemembered)
        {
            _shown.Clear();
        }

        return _shown[key] = answer is ApiAnswer<ShownModel>.Given given ? given.Value : ShownModel.Nothing;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "More than {Limit} models to look through for a name; the rest is looked through later.")]
    private partial void LogLimit(int limit);
}
