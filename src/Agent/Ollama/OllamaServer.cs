namespace Agent.Ollama;

/// <summary>Ollama's server process, as far as the agent may believe it.</summary>
internal abstract record OllamaServer
{
    private OllamaServer()
    {
    }

    /// <summary>The processes whose children are Ollama's runners.</summary>
    public abstract IReadOnlyList<int> Pids { get; }

    /// <summary>Nothing listens at Ollama's address.</summary>
    public sealed record Down : OllamaServer
    {
        public override IReadOnlyList<int> Pids => [];
    }

    /// <summary>This process holds the socket at Ollama's address.</summary>
    /// <param name="User">The user it runs as.</param>
    public sealed record Known(int Pid, int User) : OllamaServer
    {
        public override IReadOnlyList<int> Pids => [Pid];
    }

    /// <summary>Which process it is cannot be told, or its runners cannot be reached.</summary>
    /// <param name="Candidates">Those it may be.</param>
    /// <param name="Reason">Why, as a sentence.</param>
    /// <param name="Fix">What to do, as a sentence.</param>
    public sealed record Unclear(IReadOnlyList<int> Candidates, string Reason, string Fix) : OllamaServer
    {
        public override IReadOnlyList<int> Pids => Candidates;
    }
}
