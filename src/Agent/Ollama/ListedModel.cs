using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>A model as <c>/api/ps</c> or <c>/api/tags</c> lists it.</summary>
/// <param name="Name">With its tag.</param>
/// <param name="Digest">Of its manifest: changes when the name is given to something else.</param>
/// <param name="SizeBytes">In memory (ps) or on disk (tags).</param>
/// <param name="VramBytes">Of the memory, on GPUs.</param>
internal sealed record ListedModel(string Name, string Digest, long SizeBytes, long VramBytes, ModelDetails Details)
{
    /// <summary>It is run by this Ollama.</summary>
    public bool Local => SizeBytes > 0 && !ModelName.IsCloud(Name);
}
