using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>The last hours, as far as history does not have them yet.</summary>
/// <param name="KeptBefore">All hours before it are in history.</param>
/// <param name="Lost">Hours that were lost.</param>
public sealed record SavedHours(
    ImmutableArray<SavedHours.Cell> Cells,
    ImmutableArray<SavedHours.Counts> Tokens,
    ImmutableArray<SavedHours.Mark> Marks,
    long? KeptBefore,
    long Lost)
{
    /// <summary>An account in an hour.</summary>
    public sealed record Cell(long Start, Category Category, ModelKey? Model, string Currency, HourCell Value);

    /// <summary>A model's tokens in an hour.</summary>
    public sealed record Counts(long Start, ModelKey Model, HourTokens Value);

    /// <summary>When an hour began.</summary>
    public sealed record Mark(Moment From, long Start);
}
