namespace Agent.Ollama;

/// <summary>What <c>/api/show</c> tells of a model.</summary>
/// <param name="Blob">The blob its weights are in, such as <c>sha256-e4f7…</c>; null where it has none here.</param>
/// <param name="Embedding">It embeds, and cannot generate.</param>
internal sealed record ShownModel(string? Blob, bool Embedding)
{
    /// <summary>A model Ollama cannot show it cannot run either.</summary>
    public static ShownModel Nothing { get; } = new(null, Embedding: false);
}
