namespace Agent.Proxy;

/// <summary>Which of Ollama's routes that draw tokens or bytes.</summary>
internal enum RouteKind
{
    /// <summary><c>/api/generate</c></summary>
    Generate,

    /// <summary><c>/api/chat</c></summary>
    Chat,

    /// <summary><c>/api/embed</c></summary>
    Embed,

    /// <summary><c>/api/embeddings</c>, the old one: it tells no counts.</summary>
    Embeddings,

    /// <summary><c>/v1/chat/completions</c></summary>
    OpenAIChat,

    /// <summary><c>/v1/completions</c></summary>
    OpenAICompletions,

    /// <summary><c>/v1/embeddings</c></summary>
    OpenAIEmbeddings,

    /// <summary><c>/v1/responses</c></summary>
    Responses,

    /// <summary><c>/v1/messages</c></summary>
    Messages,

    /// <summary><c>/api/pull</c></summary>
    Pull,
}
