using System.Collections.Immutable;

namespace Agent.Grid;

/// <summary>How well a provider answers.</summary>
/// <param name="Up">It answered when it was asked last.</param>
/// <param name="Failures">Times it did not, by cause.</param>
internal sealed record GridHealth(bool Up, ImmutableDictionary<GridFailure, long> Failures)
{
    public static GridHealth Unknown { get; } = new(false, ImmutableDictionary<GridFailure, long>.Empty);

    public GridHealth With(GridFailure cause) => new(false, Failures.SetItem(cause, Failures.GetValueOrDefault(cause) + 1));
}
