namespace Agent.Ollama;

/// <summary>How Ollama names models: <c>[host/][namespace/]model[:tag]</c>.</summary>
internal static class ModelName
{
    /// <summary>With its tag: <c>llama3.1</c> is <c>llama3.1:latest</c>.</summary>
    public static string Full(string name) => TagOf(name).IsEmpty ? $"{name.TrimEnd(':')}:latest" : name;

    /// <summary>It runs on ollama.com: tokens pass through here, joules do not.</summary>
    public static bool IsCloud(string name) => TagOf(name) is var tag && (tag is "cloud" || tag.EndsWith("-cloud"));

    private static ReadOnlySpan<char> TagOf(string name)
    {
        var last = name.AsSpan(name.LastIndexOf('/') + 1); // a host may have a port
        var colon = last.IndexOf(':');
        return colon < 0 ? default : last[(colon + 1)..];
    }
}
