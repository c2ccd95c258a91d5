using Microsoft.AspNetCore.Http.Features;

namespace Agent.Proxy;

/// <summary>
/// Notes that an answer broke off. Without this the forwarder aborts the client's connection, and what was written but is
/// not sent yet would be lost: a client would see less than it would have seen directly.
/// </summary>
internal sealed class AnswerCut : IHttpResetFeature
{
    public bool IsCut { get; private set; }

    public void Reset(int errorCode) => IsCut = true;
}
