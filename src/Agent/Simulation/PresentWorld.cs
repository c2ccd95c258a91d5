namespace Agent.Simulation;

/// <summary>
/// A simulated world that is brought up to now, by the clock it is given, before anybody looks at it.
/// </summary>
internal sealed class PresentWorld(SimulatedWorld world, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _origin = time.GetTimestamp();
    private Action<SimulatedWorld>? _moved;
    private bool _ended;

    /// <summary>When the world began, by the wall clock.</summary>
    public DateTimeOffset Began { get; } = time.GetUtcNow();

    public TimeProvider Time => time;

    /// <summary>What is to be done after every move.</summary>
    public void Follow(Action<SimulatedWorld> moved)
    {
        lock (_gate)
        {
            _moved += moved;
        }
    }

    public T Read<T>(Func<SimulatedWorld, T> look)
    {
        lock (_gate)
        {
            Advance();
            return look(world);
        }
    }

    /// <summary>Stops the world: it moves no more, so that what followed it can be taken away.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }

    /// <summary>Brings the world up to now, in whole steps.</summary>
    public void Advance()
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(_origin) - SimulatedWorld.StepLength;
            if (_ended || world.Now > now)
            {
                return;
            }

            while (world.Now <= now)
            {
                world.Step();
            }

            _moved?.Invoke(world);
        }
    }
}
