namespace Agent.Sensors.PowerState;

/// <summary>How fast the processors run.</summary>
/// <remarks>
/// Some drivers ask each processor itself, by an interrupt that wakes it; kernels before 5.18 wait 10 ms for the answer.
/// Where one reading takes long no more are made, and after three such looks the frequency is not read any more.
/// </remarks>
internal sealed class CpuFrequency(CpuFiles files, MonotonicClock clock)
{
    private const int MostSlowLooks = 3;

    /// <summary>A reading that asks nobody takes a thousandth of it.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(5);

    private int _slowLooks;

    /// <summary>The mean of these processors' frequencies, in hertz; null where it is not known or costs too much.</summary>
    public double? Read(IEnumerable<int> cpus)
    {
        if (_slowLooks >= MostSlowLooks)
        {
            return null;
        }

        var (sum, count) = (0.0, 0);
        foreach (var cpu in cpus)
        {
            var before = clock.Now;
            var kilohertz = files.Number(cpu, "cpufreq/scaling_cur_freq");
            if (clock.Now - before > Slow)
            {
                _slowLooks++;
                return null;
            }

            if (kilohertz > 0)
            {
                sum += kilohertz.Value * 1e3;
                count++;
            }
        }

        _slowLooks = 0;
        return count == 0 ? null : sum / count;
    }
}
