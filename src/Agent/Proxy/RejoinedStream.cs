namespace Agent.Proxy;

/// <summary>A body of which a part was read ahead: that part, then the rest.</summary>
/// <param name="passedOn">Called once, when the part is passed on and no longer held.</param>
internal sealed class RejoinedStream(ReadOnlyMemory<byte> part, Stream rest, Action passedOn) : PassingStream(rest)
{
    private ReadOnlyMemory<byte> _part = part;
    private Action? _passedOn = passedOn;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_passedOn is null)
        {
            return Inner.ReadAsync(buffer, cancellationToken);
        }

        var taken = Math.Min(_part.Length, buffer.Length);
        _part[..taken].CopyTo(buffer);
        _part = _part[taken..];
        if (_part.IsEmpty)
        {
            Release();
            return taken == 0 && !buffer.IsEmpty ? Inner.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(taken);
        }

        return ValueTask.FromResult(taken);
    }

    protected override void Dispose(bool disposing)
    {
        Release();
        base.Dispose(disposing);
    }

    private void Release()
    {
        _part = default;
        Interlocked.Exchange(ref _passedOn, null)?.Invoke();
    }
}
