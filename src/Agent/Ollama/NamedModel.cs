using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>The name a blob's joules and tokens are told under.</summary>
/// <param name="Blob">Such as <c>sha256-e4f7…</c>.</param>
/// <param name="Name">With its tag.</param>
internal sealed record NamedModel(string Blob, string Name, ModelDetails Details);
