using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Agent.Core.Attribution;

namespace Agent.History;

/// <summary>How the state is written as JSON. What is missing or null where it must not be is an error, never a zero.</summary>
[JsonSerializable(typeof(StateStamp))]
[JsonSerializable(typeof(SavedLedger))]
[JsonSerializable(typeof(SavedHours))]
[JsonSerializable(typeof(LogPlace))]
[JsonSerializable(typeof(SavedJournal.Load), TypeInfoPropertyName = "JournalLoad")] // SavedLoads has one, too
[JsonSerializable(typeof(ImmutableArray<SavedJournal.Load>), TypeInfoPropertyName = "JournalLoads")]
[JsonSourceGenerationOptions(
    IgnoreReadOnlyProperties = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
internal sealed partial class StateJson : JsonSerializerContext;
