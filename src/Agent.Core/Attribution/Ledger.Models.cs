using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <content>Runners and their models: who is who, and what each did.</content>
public sealed partial record Ledger
{
    private Ledger Found(LedgerEvent.RunnerFound found)
    {
        ModelKey? model = found.Runner.Blob is { } blob && ModelKey.OfBlob(blob, found.Runner.Ollama) is var unnamed
            ? Names.GetValueOrDefault(unnamed, unnamed)
            : null;

        // One that could not be found for long while the agent ran may have been counted before: only what is new counts.
        var isLate = found.Started >= Since && LastTick is { } last && last - found.Started > RequestBooking.LongestWait;
        var state = Runners.TryGetValue(found.Runner.Id, out var known)
            ? known.FoundAgain(found.Runner, model)
            : new RunnerState(found.Runner, found.Started, model, origin: isLate ? found.At : default, Since)
            {
                EmbedsOnly = found.Runner.Blob is { } own && Embedders.Contains(ModelKey.OfBlob(own, found.Runner.Ollama)),
            };
        return this with { Runners = Runners.SetItem(found.Runner.Id, state) };
    }

    /// <summary>A runner goes on, and what is new adds to its model's totals.</summary>
    /// <param name="from">When what is new began; null: at its last answer.</param>
    /// <param name="to">When it ended.</param>
    internal Ledger Progress(RunnerId id, Moment? from, Moment to, Func<RunnerState, (RunnerState Next, ModelTotals Since)> step)
    {
        if (!Runners.TryGetValue(id, out var runner))
        {
            return this;
        }

        var (next, since) = step(runner);
        var changed = this with { Runners = Runners.SetItem(id, next) };
        return next.Model is { } model ? changed.Add(model, since, from ?? runner.LastSeen, to) : changed;
    }

    /// <summary>Adds to a model's totals what it did between two moments.</summary>
    internal Ledger Add(ModelKey model, ModelTotals since, Moment from, Moment to)
    {
        var key = Admitted(model);
        var totals = Models.GetValueOrDefault(key, ModelTotals.None) + since;
        var isEstimated = totals.Source == TokenSource.Slots || (totals.Source == TokenSource.Proxy && totals.Estimated);
        return Accrual.Count(this with { Models = Models.SetItem(key, totals) }, key, since, isEstimated, from, to);
    }

    /// <summary>The model itself, or where it goes when there are too many.</summary>
    internal ModelKey Admitted(ModelKey model) =>
        !model.Named || Models.ContainsKey(model) || Models.Keys.Count(known => known.Named) < MostModels ? model : ModelKey.Overflow;

    /// <summary>What a request's model is booked under; null where it names none.</summary>
    internal ModelKey? KeyOf(Request request) => request.Model is { } name ? KeyOf(name, request.Ollama) : null;

    private ModelKey KeyOf(string name, string ollama)
    {
        var key = ModelKey.OfName(name, ollama);
        return Aliases.TryGetValue(Folded(name, ollama), out var blob) && Names.TryGetValue(blob, out var shown) ? shown
            : Models.ContainsKey(key) ? key
            : Models.Keys.FirstOrDefault(
                known => known.Named && known.Ollama == ollama && string.Equals(known.Value, name, StringComparison.OrdinalIgnoreCase), key);
    }

    /// <summary>Ollama finds a model however its name's letters are written.</summary>
    private static ModelKey Folded(string name, string ollama) => ModelKey.OfName(name.ToUpperInvariant(), ollama);

    /// <summary>A runner that can be read serves this model: what passes elsewhere need not be counted.</summary>
    /// <param name="name">Any of the model's full names.</param>
    /// <param name="ollama">Which Ollama.</param>
    public bool IsRead(string name, string ollama)
    {
        var key = KeyOf(name, ollama);
        return Runners.Values.Any(runner => runner is { Gone: null, TokensAreRead: true } && runner.Model == key);
    }

    /// <summary>The proxy counted tokens of this model: a runner of it that can be read later must not count them again.</summary>
    internal Ledger CountedByProxy(ModelKey model) => Runners.Values.Any(runner => runner.Model == model && !runner.CountedElsewhere)
        ? this with
        {
            Runners = Runners.ToImmutableDictionary(
                pair => pair.Key,
                pair => pair.Value.Model == model ? pair.Value with { CountedElsewhere = true } : pair.Value),
        }
        : this;

    /// <summary>A source of tokens, where the model has no better one now.</summary>
    internal TokenSource SourceOf(ModelKey model, TokenSource source) =>
        IsRead(model.Value, model.Ollama) ? TokenSource.None : source;

    /// <summary>It cannot be read, and the proxy counts its tokens.</summary>
    internal bool CountsByProxy(RunnerState runner) => !runner.TokensAreRead && Proxied.Contains(runner.Runner.Ollama);

    private Ledger Named(LedgerEvent.ModelNamed named)
    {
        var to = Admitted(ModelKey.OfName(named.Name, named.Ollama));
        var from = ModelKey.OfBlob(named.Blob, named.Ollama);
        var details = to == ModelKey.Overflow ? ModelTotals.None : new ModelTotals { Details = named.Details };
        return this with
        {
            Names = Names.SetItem(from, to),
            Embedders = named.Details.Embedding ? Embedders.Add(from) : Embedders.Remove(from),
            Runners = Runners.ToImmutableDictionary(
                pair => pair.Key,
                pair => pair.Value.Runner.Blob == named.Blob && pair.Value.Runner.Ollama == named.Ollama
                    ? pair.Value with { Model = to, EmbedsOnly = named.Details.Embedding }
                    : pair.Value),
            Models = Models.Remove(from).SetItem(
                to,
                Models.GetValueOrDefault(to, ModelTotals.None) + Models.GetValueOrDefault(from, ModelTotals.None) + details),
            Devices = Devices.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Renamed(from, to)),
            Profiles = Profiles.Renamed(from, to),
            RestBook = RestBook.Renamed(from, to),
            Footprint = Footprint.Renamed(from, to),
            Hours = Hours.Renamed(from, to),
        };
    }

    private ImmutableDictionary<ModelKey, LoadedModel> LoadedExcept(string ollama) =>
        Loaded.RemoveRange(Loaded.Keys.Where(model => model.Ollama == ollama));
}
