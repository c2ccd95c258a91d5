namespace Agent.Core.Attribution;

/// <summary>How long a model's slots were in each phase, in slot-seconds: two slots for a second are two.</summary>
public readonly record struct PhaseSeconds(double Load, double Prompt, double Generation, double Embedding)
{
    public static PhaseSeconds None => default;

    /// <summary>Time in one phase.</summary>
    public static PhaseSeconds Of(Category category, double seconds) => category switch
    {
        Category.Load => new PhaseSeconds(seconds, 0, 0, 0),
        Category.Prompt => new PhaseSeconds(0, seconds, 0, 0),
        Category.Generation => new PhaseSeconds(0, 0, seconds, 0),
        Category.Embedding => new PhaseSeconds(0, 0, 0, seconds),
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };

    public double Total => Load + Prompt + Generation + Embedding;

    /// <summary>The phases with their seconds, those at zero left out.</summary>
    public IEnumerable<(Category Category, double Seconds)> Parts()
    {
        if (Load > 0)
        {
            yield return (Category.Load, Load);
        }

        if (Prompt > 0)
        {
            yield return (Category.Prompt, Prompt);
        }

        if (Generation > 0)
        {
            yield return (Category.Generation, Generation);
        }

        if (Embedding > 0)
        {
            yield return (Category.Embedding, Embedding);
        }
    }

    /// <summary>Wall time: the same, with no phase longer than <paramref name="seconds"/>.</summary>
    public PhaseSeconds AtMost(double seconds) => new(
        Math.Min(Load, seconds),
        Math.Min(Prompt, seconds),
        Math.Min(Generation, seconds),
        Math.Min(Embedding, seconds));

    public static PhaseSeconds operator +(PhaseSeconds one, PhaseSeconds other) => new(
        one.Load + other.Load,
        one.Prompt + other.Prompt,
        one.Generation + other.Generation,
        one.Embedding + other.Embedding);

    public static PhaseSeconds operator *(PhaseSeconds one, double factor) => new(
        one.Load * factor,
        one.Prompt * factor,
        one.Generation * factor,
        one.Embedding * factor);
}
