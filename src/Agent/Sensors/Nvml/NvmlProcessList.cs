using System.Buffers.Binary;

namespace Agent.Sensors.Nvml;

/// <summary>
/// Reads the list of processes the driver writes. Its entries (nvmlProcessInfo_t: pid at 0, memory at 8, instances at
/// 16 and 20) are 24 bytes apart, but 32 in the first R535 drivers, and nothing says which. So the buffer has room for
/// the larger, is filled with a pattern, and where the driver wrote tells.
/// </summary>
/// <remarks>See https://github.com/XuehaiPan/nvitop/issues/79.</remarks>
internal static class NvmlProcessList
{
    /// <summary>What the buffer is filled with before the call.</summary>
    public const byte Untouched = 0xAA;

    /// <summary>Room for one entry, in bytes.</summary>
    public const int Room = 32;

    private const int Usual = 24;

    /// <summary>
    /// The processes in <paramref name="buffer"/>; null if what was written there cannot be a list of them.
    /// </summary>
    public static IReadOnlyList<NvmlProcess>? Parse(ReadOnlySpan<byte> buffer, int count)
    {
        var beyondUsual = buffer[(count * Usual)..(count * Room)];
        var stride = beyondUsual.ContainsAnyExcept(Untouched) ? Room : Usual;
        var processes = new List<NvmlProcess>(count);
        for (var at = 0; at < count * stride; at += stride)
        {
            var pid = BinaryPrimitives.ReadUInt32LittleEndian(buffer[at..]);
            var memory = BinaryPrimitives.ReadUInt64LittleEndian(buffer[(at + 8)..]);
            if (pid is 0 or > int.MaxValue)
            {
                return null;
            }

            processes.Add(new(pid, memory == ulong.MaxValue ? null : memory));
        }

        return processes;
    }
}
