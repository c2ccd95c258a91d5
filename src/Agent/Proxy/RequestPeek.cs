using Agent.Ollama;

namespace Agent.Proxy;

/// <summary>
/// What a request's body asks for, read as its bytes go past. Of the body only these few values are ever kept. A body that
/// cannot be read (compressed: do not feed it; broken: nothing is known) is Ollama's to judge.
/// </summary>
internal sealed class RequestPeek(Route route)
{
    private const int Model = 0;
    private const int OldName = 1;
    private const int StreamAsked = 2;
    private const int IncludeUsage = 3;

    /// <summary>Longest model name that is taken for one, in bytes.</summary>
    private const int LongestName = JsonToken.Room;

    private static readonly JsonPick Paths = JsonPick.Tree(
        ("model", Model, LongestName),
        ("stream", StreamAsked, 0),
        ("stream_options.include_usage", IncludeUsage, 0));

    private static readonly JsonPick PullPaths = JsonPick.Tree(
        ("model", Model, LongestName),
        ("name", OldName, LongestName),
        ("stream", StreamAsked, 0));

    private readonly JsonPicker _body = new(route.Kind == RouteKind.Pull ? PullPaths : Paths);

    /// <summary>The body's object was read to its end.</summary>
    public bool IsRead => _body.Ended;

    /// <summary>
    /// The full name of the model it asks for, so far: in Ollama the last one counts. Null where it names none, or
    /// where the name is longer than any.
    /// </summary>
    public string? FullModel => Name is { } name ? ModelName.Asked(name) : null;

    /// <summary>It asks for a model that runs on ollama.com.</summary>
    public bool IsCloud => Name is { } name && ModelName.IsCloud(name);

    /// <summary>It asks for a stream; null where the body was not read.</summary>
    public bool? Streams => IsRead ? _body[StreamAsked].Truth ?? route.StreamsUnlessTold : null;

    /// <summary>It asks for a stream's usage itself.</summary>
    public bool AsksForUsage =>
        route.Kind is RouteKind.OpenAIChat or RouteKind.OpenAICompletions && _body[IncludeUsage].Truth == true;

    private string? Name => _body.Broken
        ? null
        : _body[Model].NonEmptyText ?? (route.Kind == RouteKind.Pull ? _body[OldName].NonEmptyText : null);

    public void Feed(ReadOnlySpan<byte> bytes) => _body.Feed(bytes);
}
