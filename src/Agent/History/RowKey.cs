namespace Agent.History;

/// <summary>What a row of the state is about.</summary>
/// <param name="Part">Which part of the state: device, model, log …</param>
/// <param name="Key">Which one of it.</param>
internal readonly record struct RowKey(string Part, string Key);
