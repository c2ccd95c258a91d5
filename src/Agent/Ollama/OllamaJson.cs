using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OllamaSharp.Models;

namespace Agent.Ollama;

/// <summary>How the bodies of the calls the agent makes are read, without reflection; OllamaSharp's own table is internal.</summary>
[JsonSerializable(typeof(JsonNode))] // /api/version
[JsonSerializable(typeof(ListRunningModelsResponse))]
[JsonSerializable(typeof(ListModelsResponse))]
[JsonSerializable(typeof(ShowModelRequest))]
[JsonSerializable(typeof(ShowModelResponse))]
[JsonSerializable(typeof(ErrorResponse))]
internal sealed partial class OllamaJson : JsonSerializerContext;
