namespace Agent.Ollama;

/// <summary>How Ollama names models: <c>[host/][namespace/]model[:tag]</c>.</summary>
internal static class ModelName
{
    /// <summary>What is left out of a name: Ollama's own registry, and there its library.</summary>
    private static readonly string[] Usual = ["registry.ollama.ai/", "library/"];

    /// <summary>As Ollama lists it: with its tag, <c>llama3.1</c> is <c>llama3.1:latest</c>, and without host and namespace where they are the usual ones.</summary>
    public static string Full(string name)
    {
        var scheme = name.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? name : name[(scheme + 3)..];
        foreach (var part in Usual)
        {
            // A namespace without a host is of the usual one.
            rest = rest.StartsWith(part, StringComparison.OrdinalIgnoreCase) && rest.Length > part.Length ? rest[part.Length..] : rest;
        }

        return TagOf(rest).IsEmpty ? $"{rest.TrimEnd(':')}:latest" : rest;
    }

    /// <summary>As Ollama lists the one a client asks for: <c>:local</c> at its end says only that it shall not run on ollama.com.</summary>
    public static string Asked(string name)
    {
        const string Local = ":local";
        var trimmed = name.Trim();
        return Full(trimmed.EndsWith(Local, StringComparison.OrdinalIgnoreCase) ? trimmed[..^Local.Length] : trimmed);
    }

    /// <summary>It runs on ollama.com: tokens pass through here, joules do not.</summary>
    public static bool IsCloud(string name) => TagOf(name.Trim()) is var tag
        && (tag.Equals("cloud", StringComparison.OrdinalIgnoreCase) || tag.EndsWith("-cloud", StringComparison.OrdinalIgnoreCase));

    private static ReadOnlySpan<char> TagOf(string name)
    {
        var last = name.AsSpan(name.LastIndexOf('/') + 1); // a host may have a port
        var colon = last.IndexOf(':');
        return colon < 0 ? default : last[(colon + 1)..];
    }
}
