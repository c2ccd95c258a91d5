using System.Collections.Immutable;
using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>Models that lie in a device's memory together, in whatever order.</summary>
internal readonly struct ModelSet : IEquatable<ModelSet>
{
    private readonly ImmutableArray<ModelKey> _models;

    public ModelSet(IEnumerable<ModelKey> models) => _models =
        [.. models.Distinct().OrderBy(model => model.Ollama, StringComparer.Ordinal).ThenBy(model => model.Value, StringComparer.Ordinal)];

    public static ModelSet None { get; } = new([]);

    public ImmutableArray<ModelKey> Models => _models.IsDefault ? [] : _models;

    public bool IsEmpty => Models.IsEmpty;

    public ModelSet Renamed(ModelKey from, ModelKey to) =>
        Models.Contains(from) ? new(Models.Select(model => model == from ? to : model)) : this;

    public bool Equals(ModelSet other) => Models.AsSpan().SequenceEqual(other.Models.AsSpan());

    public override bool Equals(object? obj) => obj is ModelSet other && Equals(other);

    public override int GetHashCode() => Models.Aggregate(0, HashCode.Combine);
}
