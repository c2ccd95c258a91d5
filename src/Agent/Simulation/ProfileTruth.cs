using Agent.Core.Units;

namespace Agent.Simulation;

/// <summary>What a model truly did under one power profile.</summary>
/// <param name="Generation">Spent on its generation, over all devices.</param>
/// <param name="Generated">Tokens.</param>
internal readonly record struct ProfileTruth(Joules Generation, long Generated);
