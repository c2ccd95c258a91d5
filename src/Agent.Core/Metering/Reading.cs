using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>What a sensor said of a device at one moment.</summary>
public abstract record Reading
{
    private Reading()
    {
    }

    /// <summary>A counter of energy.</summary>
    /// <param name="Total">Its value now.</param>
    public sealed record Counter(Joules Total) : Reading
    {
        /// <summary>Where it starts again from zero; null where it does not.</summary>
        public Joules? Range { get; init; }

        /// <summary>
        /// Where what it is made from starts again, though it does not: after more than this unread, some of it may be lost. Null where
        /// there is no such thing.
        /// </summary>
        public Joules? UnseenRange { get; init; }

        /// <summary>The most the device can draw: what tells a wrap from a reset.</summary>
        public required Watts MostPower { get; init; }

        /// <summary>Changes whenever the counter may have started anew: zone re-registered, driver reloaded.</summary>
        public long Epoch { get; init; }

        /// <summary>The longest time between two movements of the counter: how far it may lag behind the truth.</summary>
        public TimeSpan Step { get; init; }

        /// <summary>The power the device itself reports now, where it does.</summary>
        public Watts? PowerNow { get; init; }
    }

    /// <summary>The power drawn now, of a device without a counter; to be integrated.</summary>
    /// <param name="Now">The power.</param>
    /// <param name="Mean">Over how long back the device averages it.</param>
    public sealed record Power(Watts Now, TimeSpan Mean) : Reading;

    /// <summary>The device is suspended and was left so: it draws nothing worth counting.</summary>
    public sealed record Asleep : Reading;

    /// <summary>
    /// There is nothing to read now, and that is no fault: a battery that is charged, an estimate of what is measured now. What
    /// is drawn until the next reading is not this device's to tell, and is not counted as missed.
    /// </summary>
    public sealed record Paused : Reading;

    /// <summary>The device could not be read.</summary>
    /// <param name="Cause">The kind of failure.</param>
    /// <param name="Reason">What happened and what to do about it, in a sentence.</param>
    public sealed record Missing(MissingCause Cause, string Reason) : Reading;
}
