namespace Agent;

/// <summary>One line of what was found on this machine, and what to do about it.</summary>
/// <param name="Verdict">How it is.</param>
/// <param name="Subject">What it is about: <c>rapl</c>, <c>nvml</c>, <c>ollama</c>.</param>
/// <param name="Text">What was found, in a sentence.</param>
/// <param name="Fix">What to do, where there is something to do.</param>
internal sealed record Finding(Verdict Verdict, string Subject, string Text, string? Fix = null);
