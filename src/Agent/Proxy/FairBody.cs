namespace Agent.Proxy;

/// <summary>
/// A request's body that lets others have their turn. What a socket brings is handled on the thread that waits for all sockets, which is
/// quickest; a blob of gigabytes that comes as fast as it is read would keep that thread, and other clients' answers would wait.
/// </summary>
internal sealed class FairBody(Stream body) : PassingStream(body)
{
    /// <summary>Bytes of a body that pass in one go: all of nearly any request but a blob.</summary>
    public const int Burst = 64 * 1024;

    private long _passed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_passed > Burst)
        {
            await Task.Yield();
        }

        var read = await Inner.ReadAsync(buffer, cancellationToken);
        _passed += read;
        return read;
    }
}
