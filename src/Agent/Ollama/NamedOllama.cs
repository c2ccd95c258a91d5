using Agent.Config;

namespace Agent.Ollama;

/// <summary>An Ollama that is measured.</summary>
/// <param name="Name">Its address without the scheme, such as 127.0.0.1:11500; empty where it is the only one.</param>
internal sealed record NamedOllama(string Name, Upstream Upstream)
{
    /// <summary>Those of the configuration; one at least.</summary>
    public static IReadOnlyList<NamedOllama> Of(OllamaConfig config) => config.Upstreams is [_, _, ..] several
        ? [.. several.Select(Upstream.Parse).Select(upstream => new NamedOllama(upstream.Address.Authority, upstream))]
        : [new NamedOllama("", Upstream.Parse(config.Upstreams is [var only] ? only : config.Upstream))];
}
