using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>What an answer told by its end.</summary>
/// <param name="Remote">A cloud model answered. Ollama says so on its own routes only; elsewhere the request's name tells (<see cref="RequestPeek.IsCloud"/>).</param>
/// <param name="FullModel">The full name of the model that the answer names; null where it names none.</param>
internal sealed record AnswerEnd(RequestOutcome Outcome, Usage Usage, bool Remote, string? FullModel)
{
    /// <summary>There was no answer, not even a head.</summary>
    /// <param name="clientLeft">The client went away first; else Ollama did.</param>
    public static AnswerEnd None(bool clientLeft) =>
        new(clientLeft ? RequestOutcome.Aborted : RequestOutcome.Error, Usage.Missing, Remote: false, FullModel: null);
}
