using Agent.Core.Units;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests;

public sealed class MonotonicClockTests
{
    [Fact]
    public void The_clock_counts_from_when_it_was_made()
    {
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);

        time.Advance(TimeSpan.FromSeconds(2.5));

        Assert.Equal(Moment.FromSeconds(2.5), clock.Now);
    }
}
