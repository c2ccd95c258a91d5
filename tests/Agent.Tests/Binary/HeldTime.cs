namespace Agent.Tests.Binary;

/// <summary>Real time that can be held: then the simulated machine stands still, and what it drew can be compared.</summary>
internal sealed class HeldTime : TimeProvider
{
    private readonly Lock _gate = new();
    private long _lost;
    private long? _held;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return (_held ?? base.GetTimestamp()) - _lost;
        }
    }

    public void Hold()
    {
        lock (_gate)
        {
            _held ??= base.GetTimestamp();
        }
    }

    public void GoOn()
    {
        lock (_gate)
        {
            _lost += base.GetTimestamp() - _held ?? 0;
            _held = null;
        }
    }
}
