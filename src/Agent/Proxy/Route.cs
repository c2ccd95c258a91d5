using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>A route that is metered.</summary>
/// <param name="Embedding">It asks for embeddings: no token is generated.</param>
/// <param name="StreamsUnlessTold">The answer is a stream where the request does not say.</param>
internal sealed record Route(RouteKind Kind, InferenceApi Api, bool Embedding, bool StreamsUnlessTold)
{
    private static readonly Dictionary<string, Route> Metered = new()
    {
        ["/api/generate"] = new(RouteKind.Generate, InferenceApi.Ollama, Embedding: false, StreamsUnlessTold: true),
        ["/api/chat"] = new(RouteKind.Chat, InferenceApi.Ollama, Embedding: false, StreamsUnlessTold: true),
        ["/api/embed"] = new(RouteKind.Embed, InferenceApi.Ollama, Embedding: true, StreamsUnlessTold: false),
        ["/api/embeddings"] = new(RouteKind.Embeddings, InferenceApi.Ollama, Embedding: true, StreamsUnlessTold: false),
        ["/v1/chat/completions"] = new(RouteKind.OpenAIChat, InferenceApi.OpenAI, Embedding: false, StreamsUnlessTold: false),
        ["/v1/completions"] = new(RouteKind.OpenAICompletions, InferenceApi.OpenAI, Embedding: false, StreamsUnlessTold: false),
        ["/v1/embeddings"] = new(RouteKind.OpenAIEmbeddings, InferenceApi.OpenAI, Embedding: true, StreamsUnlessTold: false),
        ["/v1/responses"] = new(RouteKind.Responses, InferenceApi.OpenAI, Embedding: false, StreamsUnlessTold: false),
        ["/v1/messages"] = new(RouteKind.Messages, InferenceApi.Anthropic, Embedding: false, StreamsUnlessTold: false),
        ["/api/pull"] = new(RouteKind.Pull, InferenceApi.Ollama, Embedding: false, StreamsUnlessTold: true),
    };

    /// <summary>The route of a request; null where nothing is metered.</summary>
    /// <param name="path">Without its query. Exact: Ollama redirects a path with a slash at its end, and knows no other case.</param>
    public static Route? Of(string method, string path) => method == "POST" ? Metered.GetValueOrDefault(path) : null;
}
