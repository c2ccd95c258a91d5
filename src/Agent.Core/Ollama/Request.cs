namespace Agent.Core.Ollama;

/// <summary>One inference call through the proxy, as far as the request itself tells.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Ollama">Which Ollama it goes to; empty where there is one only.</param>
/// <param name="Model">The full name it asks for, as the client wrote it and perhaps unknown to Ollama; null where it names none.</param>
/// <param name="Api">The family of its route.</param>
/// <param name="Embedding">It asks for embeddings: no token is generated.</param>
/// <param name="Remote">By its name it asks for a model that runs on ollama.com: joules are drawn elsewhere.</param>
public sealed record Request(RequestId Id, string Ollama, string? Model, InferenceApi Api, bool Embedding, bool Remote = false);
