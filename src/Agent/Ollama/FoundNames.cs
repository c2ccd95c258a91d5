namespace Agent.Ollama;

/// <summary>What one search for names brought.</summary>
/// <param name="Names">By which name each blob is told, where that is new.</param>
/// <param name="Aliases">All names there are of the runners' blobs, where they are new.</param>
internal sealed record FoundNames(IReadOnlyList<NamedModel> Names, IReadOnlyList<(string Name, string Blob)> Aliases);
