namespace Agent.Core.History;

/// <summary>How far a report's figures can be trusted: shares, 0 to 1.</summary>
/// <param name="Watched">Of the period so far, the time that the agent watched.</param>
/// <param name="EstimatedJoules">Of the joules, what was not measured.</param>
/// <param name="UnexplainedJoules">Of the joules, what could not be told what for: unobserved and unmetered.</param>
/// <param name="EstimatedTokens">Of the tokens, what was estimated.</param>
/// <param name="LiveGrams">Of the emissions, what was reckoned by an intensity of that hour; the rest by averages.</param>
public sealed record Quality(double Watched, double EstimatedJoules, double UnexplainedJoules, double EstimatedTokens, double LiveGrams);
