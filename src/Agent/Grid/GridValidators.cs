namespace Agent.Grid;

/// <summary>What tells a provider which answer is known already; null where it gave none.</summary>
internal sealed record GridValidators(string? ETag, DateTimeOffset? LastModified)
{
    public static GridValidators None { get; } = new(null, null);
}
