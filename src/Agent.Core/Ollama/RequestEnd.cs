using Agent.Core.Units;

namespace Agent.Core.Ollama;

/// <summary>What became of a request.</summary>
/// <param name="Started">When its first bytes were there.</param>
/// <param name="FirstToken">When the first piece of the answer that is part of the text went past; null where none did.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Served">Ollama took it: it answered with a status of success. Only then is the model's name known to be one.</param>
/// <param name="Remote">A cloud model answered: tokens passed here, joules were drawn elsewhere.</param>
/// <param name="Usage">Its tokens.</param>
public sealed record RequestEnd(
    Moment Started,
    Moment? FirstToken,
    RequestOutcome Outcome,
    bool Served,
    bool Remote,
    Usage Usage);
