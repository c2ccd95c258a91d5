using Agent.Core.Units;

namespace Agent.Core.Tests.Units;

public sealed class MomentTests
{
    [Fact]
    public void The_time_between_two_moments_is_their_difference() =>
        Assert.Equal(TimeSpan.FromSeconds(1.5), Moment.FromSeconds(3.5) - Moment.FromSeconds(2));
}
