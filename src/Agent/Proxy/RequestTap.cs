namespace Agent.Proxy;

/// <summary>A request's body on its way to Ollama, looked at as it passes.</summary>
internal sealed class RequestTap(Stream body, ExchangeMeter meter) : PassingStream(body)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
        if (!buffer.IsEmpty) // else it only waits until there is something
        {
            meter.RequestPassed(buffer.Span[..read]);
        }

        return read;
    }
}
