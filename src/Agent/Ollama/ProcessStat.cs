using System.Globalization;

namespace Agent.Ollama;

/// <summary>What <c>/proc/PID/stat</c> tells.</summary>
/// <param name="State">One letter; Z and X: it has ended.</param>
/// <param name="Parent">The id of its parent.</param>
/// <param name="CpuTicks">Processor time used, of user and system, in clock ticks.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot.</param>
/// <remarks>See proc_pid_stat(5).</remarks>
internal readonly record struct ProcessStat(char State, int Parent, long CpuTicks, long StartTicks)
{
    /// <summary>
    /// Clock ticks in a second. Not the kernel's CONFIG_HZ: USER_HZ, which Linux keeps at 100 on every architecture
    /// .NET runs on, so that programs need not ask (<c>sysconf(_SC_CLK_TCK)</c>).
    /// </summary>
    public const double TicksPerSecond = 100;

    public bool Ended => State is 'Z' or 'X' or 'x';

    public double CpuSeconds => CpuTicks / TicksPerSecond;

    public static ProcessStat? Parse(ReadOnlySpan<byte> text)
    {
        // "PID (NAME) S PARENT …": the name may hold spaces and parentheses, so what counts begins after the last one.
        var fields = new Fields(text[(text.LastIndexOf((byte)')') + 1)..]);
        if (!fields.Next() || fields.Current.Length != 1)
        {
            return null;
        }

        var state = (char)fields.Current[0];
        return TryNext(ref fields, 0, out var parent)
            && TryNext(ref fields, 9, out var user) // field 14
            && TryNext(ref fields, 0, out var system)
            && TryNext(ref fields, 6, out var start) // field 22
            ? new ProcessStat(state, (int)parent, user + system, start)
            : null;
    }

    private static bool TryNext(ref Fields fields, int skipped, out long value)
    {
        value = 0;
        return fields.Skip(skipped) && fields.Next()
            && long.TryParse(fields.Current, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
