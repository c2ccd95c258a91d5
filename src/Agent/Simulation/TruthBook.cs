using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Simulation;

/// <summary>Where every joule of one simulated device is written down as it is drawn.</summary>
/// <param name="id">A GPU's UUID, <c>package-0</c> or <c>dram</c>.</param>
/// <param name="component">The part of the host it belongs to.</param>
internal sealed class TruthBook(string id, Component component)
{
    private readonly Dictionary<TrueAccount, double> _accounts = [];

    /// <summary>In joules, since the world began.</summary>
    public double Drawn { get; private set; }

    /// <summary>Writes down what was drawn in one step.</summary>
    public void Draw(IReadOnlyList<(TrueAccount Account, double Joules)> parts)
    {
        var drawn = 0.0;
        foreach (var (account, joules) in parts)
        {
            drawn += joules;
            CollectionsMarshal.GetValueRefOrAddDefault(_accounts, account, out _) += joules;
        }

        Drawn += drawn;
    }

    public DeviceTruth Snapshot() => new(
        id,
        component,
        new Joules(Drawn),
        _accounts.ToImmutableDictionary(account => account.Key, account => new Joules(account.Value)));
}
