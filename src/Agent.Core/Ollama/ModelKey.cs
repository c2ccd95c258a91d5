namespace Agent.Core.Ollama;

/// <summary>What a model is booked under: its blob until the name is known, then Ollama's full name.</summary>
/// <param name="Value">The name, or the blob.</param>
/// <param name="Named">It is a name.</param>
/// <param name="Ollama">Which Ollama it belongs to; empty where there is one only.</param>
public readonly record struct ModelKey(string Value, bool Named, string Ollama)
{
    /// <summary>Where models go that come after the most that are told apart.</summary>
    public static ModelKey Overflow => new("other", Named: true, "");

    /// <summary>Models that run on ollama.com: requests pass, joules are drawn elsewhere.</summary>
    public static ModelKey Cloud => new("cloud", Named: true, "");

    /// <summary>Names Ollama does not know: what a client wrote never becomes a label.</summary>
    public static ModelKey Unknown => new("unknown", Named: true, "");

    public static ModelKey OfBlob(string blob, string ollama = "") => new(blob, Named: false, ollama);

    public static ModelKey OfName(string name, string ollama = "") => new(name, Named: true, ollama);
}
