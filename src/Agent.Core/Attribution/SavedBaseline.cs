using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What a device was learned to draw in quiet.</summary>
/// <param name="Levels">With each set of loaded models.</param>
/// <param name="Bytes">Memory each model was last seen with alone.</param>
public sealed record SavedBaseline(ImmutableArray<SavedBaseline.Level> Levels, ImmutableArray<SavedBaseline.Memory> Bytes)
{
    /// <summary>With these models loaded.</summary>
    /// <param name="Models">None: idle.</param>
    /// <param name="Spans">Watts in each of the last quiet spans, oldest first.</param>
    /// <param name="Cores">How many cores were busy in each.</param>
    /// <param name="First">From shorter spans put together.</param>
    public sealed record Level(ImmutableArray<ModelKey> Models, ImmutableArray<double> Spans, ImmutableArray<double> Cores, Watts? First);

    /// <summary>A model's memory on the device, in bytes.</summary>
    public sealed record Memory(ModelKey Model, double Bytes);
}
