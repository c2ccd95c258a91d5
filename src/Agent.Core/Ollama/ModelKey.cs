namespace Agent.Core.Ollama;

/// <summary>What a model is booked under: its blob until the name is known, then Ollama's full name.</summary>
/// <param name="Value">The name, or the blob.</param>
/// <param name="Named">It is a name.</param>
public readonly record struct ModelKey(string Value, bool Named)
{
    /// <summary>Where models go that come after the most that are told apart.</summary>
    public static ModelKey Overflow => new("other", Named: true);

    public static ModelKey OfBlob(string blob) => new(blob, Named: false);

    public static ModelKey OfName(string name) => new(name, Named: true);
}
