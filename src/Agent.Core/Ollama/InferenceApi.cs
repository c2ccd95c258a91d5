namespace Agent.Core.Ollama;

/// <summary>The family of routes a request came through.</summary>
public enum InferenceApi
{
    /// <summary>Ollama's own: <c>/api/…</c>.</summary>
    Ollama,

    /// <summary><c>/v1/chat/completions</c>, <c>/v1/completions</c>, <c>/v1/embeddings</c>, <c>/v1/responses</c>.</summary>
    OpenAI,

    /// <summary><c>/v1/messages</c>.</summary>
    Anthropic,
}
