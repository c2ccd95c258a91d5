namespace Agent.Config;

/// <summary>One value an operator gave.</summary>
/// <param name="Path">The key, its parts joined by dots: <c>sampling.interval</c>.</param>
/// <param name="Value">The value as written; null where the key stands without one.</param>
/// <param name="Origin">Where it stands: file and line, environment variable, or option.</param>
internal sealed record Setting(string Path, string? Value, string Origin);
