using System.Globalization;

namespace Agent.Ollama;

/// <summary>What <c>/proc/stat</c> tells of all processors.</summary>
/// <param name="Busy">Core-seconds since boot in which they did something.</param>
/// <param name="Processors">How many are online.</param>
/// <remarks>See proc_stat(5). Times are in <see cref="ProcessStat.TicksPerSecond"/>.</remarks>
internal readonly record struct ProcessorTime(double Busy, int Processors)
{
    public static ProcessorTime? Parse(ReadOnlySpan<byte> text)
    {
        long? ticks = null;
        var processors = 0;
        foreach (var line in Lines.Of(text))
        {
            if (line.StartsWith("cpu "u8))
            {
                ticks = BusyTicks(line[4..]);
            }
            else if (line.Length > 3 && line.StartsWith("cpu"u8) && char.IsAsciiDigit((char)line[3]))
            {
                processors++;
            }
        }

        return ticks is { } busy && processors > 0
            ? new ProcessorTime(busy / ProcessStat.TicksPerSecond, processors)
            : null;
    }

    /// <summary>Fields: user nice system idle iowait irq softirq steal guest guest_nice; a guest's time is in user's already.</summary>
    private static long? BusyTicks(ReadOnlySpan<byte> line)
    {
        var fields = new Fields(line);
        var busy = 0L;
        for (var field = 0; field < 8; field++)
        {
            if (!fields.Next() || !long.TryParse(fields.Current, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks))
            {
                return null;
            }

            busy += field is 3 or 4 ? 0 : ticks;
        }

        return busy;
    }
}
