namespace Agent.Core.Ollama;

/// <summary>A model as <c>/api/ps</c> lists it.</summary>
/// <param name="Name">Ollama's full name, such as <c>llama3.1:latest</c>.</param>
/// <param name="SizeBytes">Memory in all.</param>
/// <param name="VramBytes">Of that, on GPUs.</param>
public sealed record LoadedModel(string Name, long SizeBytes, long VramBytes);
