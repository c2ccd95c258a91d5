namespace Agent.Core.Ollama;

/// <summary>One request through the proxy, numbered in the order they came since the agent's start.</summary>
public readonly record struct RequestId(long Value);
