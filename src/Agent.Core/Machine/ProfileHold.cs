namespace Agent.Core.Machine;

/// <summary>A program that asks for a power profile for as long as it runs.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Application">Its application id, as it gave it.</param>
/// <param name="Reason">Why, as it gave it.</param>
public sealed record ProfileHold(string Profile, string Application, string Reason);
