using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Agent.History;

/// <summary>Whose a folder is: .NET does not tell.</summary>
internal static partial class FolderOwner
{
    private const int FromWorkingFolder = -100; // AT_FDCWD
    private const uint OwnerWanted = 0x8; // STATX_UID
    private const int Length = 256;
    private const int OwnerAt = 20;

    /// <summary>Lines of /etc/passwd; users of a directory service are not in it.</summary>
    private const int MostUsers = 10_000;

    /// <summary>The owner's name, or number where it has none here; null where there is no such folder.</summary>
    public static string? Of(string path)
    {
        Span<byte> told = stackalloc byte[Length];
        return Statx(FromWorkingFolder, path, 0, OwnerWanted, told) == 0
            ? NameOf(BinaryPrimitives.ReadUInt32LittleEndian(told[OwnerAt..]).ToString(CultureInfo.InvariantCulture))
            : null;
    }

    private static string NameOf(string number)
    {
        try
        {
            return File.ReadLines("/etc/passwd").Take(MostUsers).Select(line => line.Split(':'))
                .FirstOrDefault(user => user.Length > 2 && user[2] == number)?[0] ?? number;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return number;
        }
    }

    /// <summary>The one form of stat that is laid out alike on every processor.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> told);
}
