namespace Agent.Core.Reports;

/// <summary>Something on this machine that costs joules, or keeps them from being told, and what to do about it.</summary>
/// <param name="Rule">Which rule found it: see <see cref="AdviceRule"/>.</param>
/// <param name="Reason">What was measured or read, in a sentence with its numbers.</param>
/// <param name="Fix">What to do.</param>
public sealed record Advice(string Rule, string Reason, string Fix);
