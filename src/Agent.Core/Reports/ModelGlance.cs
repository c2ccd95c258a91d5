using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>What a model did and cost up to a moment.</summary>
/// <param name="Prompt">Prompt tokens evaluated.</param>
/// <param name="Generated">Tokens generated.</param>
/// <param name="Seconds">Slot seconds of generation.</param>
/// <param name="Active">Energy of prompts and generation.</param>
/// <param name="Own">Energy of its loads and of lying loaded.</param>
public readonly record struct ModelGlance(long Prompt, long Generated, double Seconds, Joules Active, Joules Own)
{
    /// <summary>Too little to tell joules per token from: as with the gauge, counters move in steps.</summary>
    public bool Tells => Generated >= 30 && Seconds >= 1;

    public static ModelGlance operator -(ModelGlance later, ModelGlance earlier) => new(
        later.Prompt - earlier.Prompt, later.Generated - earlier.Generated, later.Seconds - earlier.Seconds, later.Active - earlier.Active, later.Own - earlier.Own);
}
