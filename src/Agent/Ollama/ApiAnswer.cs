namespace Agent.Ollama;

/// <summary>What became of a call of Ollama's API.</summary>
internal abstract record ApiAnswer<T>
{
    private ApiAnswer()
    {
    }

    public sealed record Given(T Value) : ApiAnswer<T>;

    /// <summary>Something answered, but not what was asked for.</summary>
    /// <param name="Reason">As a sentence.</param>
    public sealed record Refused(string Reason) : ApiAnswer<T>;

    /// <summary>Nothing answered.</summary>
    /// <param name="Reason">As a sentence.</param>
    public sealed record Unreachable(string Reason) : ApiAnswer<T>;
}
