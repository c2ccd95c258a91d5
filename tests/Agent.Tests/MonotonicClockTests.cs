using System.Runtime.InteropServices;
using Agent.Core.Units;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests;

public sealed partial class MonotonicClockTests
{
    private const int ClockMonotonic = 1;

    [Fact]
    public void The_clock_counts_from_when_it_was_made()
    {
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);

        time.Advance(TimeSpan.FromSeconds(2.5));

        Assert.Equal(Moment.FromSeconds(2.5), clock.Now);
    }

    [Fact]
    public void What_the_kernels_clock_told_is_a_moment_of_this_one()
    {
        var clock = new MonotonicClock(TimeProvider.System);

        var before = clock.Now;
        Assert.Equal(0, GetTime(ClockMonotonic, out var kernel));
        var after = clock.Now;

        var moment = clock.At(TimeSpan.FromSeconds(kernel.Seconds) + TimeSpan.FromTicks(kernel.Nanoseconds / 100));
        Assert.InRange(moment - before, TimeSpan.FromTicks(-1), after - before + TimeSpan.FromTicks(1)); // a tick is 100 ns, the kernel's 1 ns
    }

    [Fact]
    public void A_time_before_the_clock_was_made_is_a_moment_before_its_origin()
    {
        var clock = new MonotonicClock(TimeProvider.System);
        Assert.Equal(0, GetTime(ClockMonotonic, out var kernel));

        Assert.InRange(clock.At(TimeSpan.Zero).SinceOrigin.TotalSeconds, -kernel.Seconds - 1, -kernel.Seconds + 1);
        Assert.Equal(
            TimeSpan.FromDays(1000).TotalSeconds,
            (clock.At(TimeSpan.FromDays(3000)) - clock.At(TimeSpan.FromDays(2000))).TotalSeconds,
            1e-6);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out KernelTime time);

    [StructLayout(LayoutKind.Sequential)]
    private struct KernelTime
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
