using Agent.Core.Units;

namespace Agent.Core.Ollama;

/// <summary>What was counted of one task.</summary>
/// <param name="Tokens">Its tokens so far.</param>
/// <param name="First">When it was first seen to generate, with its tokens then.</param>
/// <param name="Seen">When it was seen last.</param>
internal readonly record struct TaskProgress(TokenCounts Tokens, (Moment At, long Generated) First, Moment Seen)
{
    /// <summary>When it was found to be over; null while it runs.</summary>
    public Moment? Over { get; init; }

    /// <summary>Nothing is to come of it any more: the log told its total, or will not.</summary>
    public bool Settled { get; init; }

    /// <summary>Tokens it may have generated after it was seen last: by its own pace, for half of the time until it was gone.</summary>
    public double Tail
    {
        get
        {
            var seconds = (Seen - First.At).TotalSeconds;
            return Over is { } over && seconds > 0
                ? (Tokens.Generated - First.Generated) / seconds * (over - Seen).TotalSeconds / 2
                : 0;
        }
    }
}
