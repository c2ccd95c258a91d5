namespace Agent.Simulation;

/// <summary>How a runner spent a step, in seconds.</summary>
/// <param name="Resident">Of the step, with the model loaded: busy or not.</param>
internal readonly record struct PhaseSeconds(double Load, double Prompt, double Generation, double Resident);
