namespace Agent.Commands;

/// <summary>How joulet check is asked for.</summary>
/// <param name="For">How long it measures.</param>
/// <param name="Json">As JSON instead of text.</param>
/// <param name="Bundle">A new file for a bug report; null: none.</param>
/// <param name="Time">The clock.</param>
/// <param name="Output">Where the report goes.</param>
/// <param name="Errors">Where all else goes.</param>
internal sealed record CheckOptions(TimeSpan For, bool Json, string? Bundle, TimeProvider Time, TextWriter Output, TextWriter Errors);
