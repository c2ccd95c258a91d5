namespace Agent.Recording;

/// <summary>A length of time as ticks.</summary>
internal sealed class TimeSpanJson() : TicksJson<TimeSpan>(time => time, time => time);
