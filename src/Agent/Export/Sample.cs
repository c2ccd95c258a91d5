namespace Agent.Export;

/// <summary>One value of a metric, with the values of its labels in the row's order.</summary>
internal readonly record struct Sample(double Value, params string[] Labels);
