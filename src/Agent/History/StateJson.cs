using System.Text.Json.Serialization;
using Agent.Core.Attribution;

namespace Agent.History;

/// <summary>How the state is written as JSON.</summary>
[JsonSerializable(typeof(StateStamp))]
[JsonSerializable(typeof(LogPlace))]
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class StateJson : JsonSerializerContext;
