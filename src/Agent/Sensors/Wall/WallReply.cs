using System.Net;

namespace Agent.Sensors.Wall;

/// <summary>What came back of one call.</summary>
internal abstract record WallReply
{
    private WallReply()
    {
    }

    /// <summary>It was answered with 200.</summary>
    public sealed record Content(ReadOnlyMemory<byte> Body) : WallReply;

    /// <summary>It was not.</summary>
    /// <param name="Status">The status; null where there was not even that.</param>
    /// <param name="Answer">What that is for who knows no better.</param>
    public sealed record Failed(HttpStatusCode? Status, WallAnswer.Nothing Answer) : WallReply;
}
