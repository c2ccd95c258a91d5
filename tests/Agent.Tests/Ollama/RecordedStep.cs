using System.Text.Json;

namespace Agent.Tests.Ollama;

/// <summary>One line of a recording: a runner changed.</summary>
/// <param name="At">Seconds since the recording began.</param>
/// <param name="Counters">As printed; null while it loads or when it is gone.</param>
/// <param name="Slots">An array; null while it loads or when it is gone.</param>
internal sealed record RecordedStep(
    double At, int Pid, string? Blob, bool Gone, IReadOnlyDictionary<string, string>? Counters, JsonElement? Slots);
