using System.Globalization;

namespace Agent.Sensors;

/// <summary>How long the machine is up, and how long of that it was busy, as the kernel counts it (proc(5)).</summary>
/// <param name="procfs"><c>/proc</c>.</param>
internal sealed class UpTime(string procfs)
{
    /// <summary>The kernel tells processor time in these, whatever it runs at (USER_HZ).</summary>
    private const double TicksPerSecond = 100;

    /// <summary>user nice system idle iowait irq softirq steal: a guest's time is in user's already.</summary>
    private const int Fields = 8;

    private const int Idle = 3;

    private const int Waiting = 4;

    /// <summary>Seconds since boot; null where it cannot be read.</summary>
    public double? Seconds => Lines("uptime") is [var line, ..]
        && double.TryParse(line.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    /// <summary>
    /// The time since boot that comes to as much with every processor busy, in seconds, and how many processors that are; null
    /// where it cannot be read.
    /// </summary>
    public (double Seconds, int Processors)? Busy
    {
        get
        {
            var lines = Lines("stat");
            var processors = lines.Count(line => line.Length > 3 && line.StartsWith("cpu", StringComparison.Ordinal) && char.IsAsciiDigit(line[3]));
            var fields = lines is [var first, ..] ? first.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
            if (processors == 0 || fields is not ["cpu", ..] || fields.Length <= Fields)
            {
                return null;
            }

            var ticks = 0L;
            for (var i = 0; i < Fields; i++)
            {
                if (!long.TryParse(fields[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var time))
                {
                    return null;
                }

                ticks += i is Idle or Waiting ? 0 : time;
            }

            return (ticks / TicksPerSecond / processors, processors);
        }
    }

    private string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(procfs, file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
