using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;

namespace Agent.Recording;

/// <summary>The types of a recording: those that a declared type does not name are the cases of <see cref="RecordedCases"/>.</summary>
/// <remarks>What may be missing is said in <see cref="RecordingJson"/>.</remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true, // what is computed from the others
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    Converters = [typeof(JoulesJson), typeof(WattsJson), typeof(MomentJson), typeof(TimeSpanJson)])]
[JsonSerializable(typeof(RecordingHeader))]
[JsonSerializable(typeof(LedgerEvent))]
[JsonSerializable(typeof(LedgerEvent.DeviceRead))]
[JsonSerializable(typeof(LedgerEvent.GpuFound))]
[JsonSerializable(typeof(LedgerEvent.GpuStateRead))]
[JsonSerializable(typeof(LedgerEvent.GpuProcessesRead))]
[JsonSerializable(typeof(LedgerEvent.GpuUtilizationRead))]
[JsonSerializable(typeof(LedgerEvent.SensorChecked))]
[JsonSerializable(typeof(LedgerEvent.PolicyRead))]
[JsonSerializable(typeof(LedgerEvent.CpuStateRead))]
[JsonSerializable(typeof(LedgerEvent.CpuTimesRead))]
[JsonSerializable(typeof(LedgerEvent.Resumed))]
[JsonSerializable(typeof(LedgerEvent.RunnerFound))]
[JsonSerializable(typeof(LedgerEvent.RunnerAnswered))]
[JsonSerializable(typeof(LedgerEvent.RunnerGone))]
[JsonSerializable(typeof(LedgerEvent.ModelNamed))]
[JsonSerializable(typeof(LedgerEvent.ModelAliased))]
[JsonSerializable(typeof(LedgerEvent.ModelsListed))]
[JsonSerializable(typeof(LedgerEvent.OllamaChecked))]
[JsonSerializable(typeof(LedgerEvent.RequestStarted))]
[JsonSerializable(typeof(LedgerEvent.RequestProgressed))]
[JsonSerializable(typeof(LedgerEvent.RequestEnded))]
[JsonSerializable(typeof(LedgerEvent.PullProgressed))]
[JsonSerializable(typeof(LedgerEvent.PullEnded))]
[JsonSerializable(typeof(LedgerEvent.TaskLogged))]
[JsonSerializable(typeof(LedgerEvent.LoadLogged))]
[JsonSerializable(typeof(LedgerEvent.LogRead))]
[JsonSerializable(typeof(LedgerEvent.IntensityTold))]
[JsonSerializable(typeof(LedgerEvent.PriceTold))]
[JsonSerializable(typeof(LedgerEvent.HourBegan))]
[JsonSerializable(typeof(LedgerEvent.HistoryKept))]
[JsonSerializable(typeof(LedgerEvent.TickEnded))]
[JsonSerializable(typeof(Reading.Counter))]
[JsonSerializable(typeof(Reading.Power))]
[JsonSerializable(typeof(Reading.Asleep))]
[JsonSerializable(typeof(Reading.Paused))]
[JsonSerializable(typeof(Reading.Missing))]
[JsonSerializable(typeof(RunnerAnswer.Loading))]
[JsonSerializable(typeof(RunnerAnswer.Serving))]
[JsonSerializable(typeof(SavedJournal.Load), TypeInfoPropertyName = "JournalLoad")] // SavedLoads has one, too
[JsonSerializable(typeof(ImmutableArray<SavedJournal.Load>), TypeInfoPropertyName = "JournalLoads")]
internal sealed partial class RecordingTypes : JsonSerializerContext;
