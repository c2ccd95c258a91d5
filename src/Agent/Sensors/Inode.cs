using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Agent.Sensors;

/// <summary>
/// A file's number in its file system. In sysfs it is given anew each time an object is registered, so it tells a
/// module or device that went and came back from one that stayed.
/// </summary>
internal static partial class Inode
{
    private const int FromWorkingFolder = -100; // AT_FDCWD
    private const uint NumberWanted = 0x100; // STATX_INO
    private const int Length = 256;
    private const int NumberAt = 32;

    /// <summary>Null if there is no such file.</summary>
    public static long? Of(string path)
    {
        Span<byte> told = stackalloc byte[Length];
        return Statx(FromWorkingFolder, path, 0, NumberWanted, told) == 0
            ? BinaryPrimitives.ReadInt64LittleEndian(told[NumberAt..])
            : null;
    }

    /// <summary>The one form of stat that is laid out alike on every processor.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> told);
}
