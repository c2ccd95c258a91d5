using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Simulation;

/// <summary>Tells apart under which power profile models truly worked.</summary>
internal sealed class TrueProfiles
{
    private ImmutableDictionary<(string Model, string Profile), ProfileTruth> _before =
        ImmutableDictionary<(string, string), ProfileTruth>.Empty;

    /// <summary>The profile that was active up to now ends.</summary>
    public void End(string profile, Truth truth) => _before = Of(profile, truth);

    /// <summary>All up to now; what came since the last change is the active profile's.</summary>
    public ImmutableDictionary<(string Model, string Profile), ProfileTruth> Of(string profile, Truth truth)
    {
        var all = _before;
        foreach (var model in truth.Models)
        {
            var told = _before.Where(pair => pair.Key.Model == model.Name).Select(pair => pair.Value).ToArray();
            var key = (model.Name, profile);
            var known = all.GetValueOrDefault(key);
            all = all.SetItem(key, new ProfileTruth(
                new Joules(known.Generation.Value + truth.Spent(TrueCategory.Generation, model.Name).Value - told.Sum(part => part.Generation.Value)),
                known.Generated + model.Generated - told.Sum(part => part.Generated)));
        }

        return all;
    }
}
