using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Agent.Sensors.PowerState;

/// <summary>
/// The processors' folder of /sys. What cannot be read, or is not what it should be, is null.
/// </summary>
/// <remarks>
/// A machine has thousands of these files. They are opened for each reading, as the kernel keeps a page for every file
/// that is held open and was read, and by plain system calls with one buffer: open, read and close together take some 3 µs.
/// </remarks>
/// <param name="root"><c>/sys</c>.</param>
internal sealed partial class CpuFiles(string root)
{
    /// <summary>Processors with a higher number are left out.</summary>
    public const int MostCpus = 512;

    private const int ReadOnlyAndNotInherited = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int LongestPath = 4096;

    /// <summary>No file read here is longer.</summary>
    private const int LongestText = 128;

    private readonly string _folder = Path.Combine(root, "devices/system/cpu");
    private readonly byte[] _path = new byte[LongestPath];
    private readonly byte[] _text = new byte[LongestText];

    /// <summary>The numbers of all processors there are, in order.</summary>
    public IReadOnlyList<int> Present()
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories(_folder, "cpu*")
                    .Select(folder => Parse(Path.GetFileName(folder.AsSpan())["cpu".Length..]))
                    .OfType<int>()
                    .Order(),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The numbers of those that run; null where it is not told.</summary>
    /// <remarks>A list of ranges, such as <c>0-3,6</c>.</remarks>
    public IReadOnlySet<int>? Online()
    {
        var cpus = new HashSet<int>();
        foreach (var range in (Text("online") ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = range.Split('-', 2);
            if (Parse(ends[0]) is not { } first)
            {
                return cpus.Count == 0 ? null : cpus; // beyond the last that is taken, or no list at all
            }

            var last = ends.Length == 1 ? first : Parse(ends[1]) ?? MostCpus - 1;
            cpus.UnionWith(Enumerable.Range(first, Math.Max(0, last - first + 1)));
        }

        return cpus;
    }

    public string? Text(string file) =>
        Text(Utf8.TryWrite(_path, CultureInfo.InvariantCulture, $"{_folder}/{file}\0", out _));

    /// <summary>What is 1 or 0.</summary>
    public bool? Switch(string file) => Text(file) switch
    {
        "0" => false,
        "1" => true,
        _ => null,
    };

    public string? Text(int cpu, string file) =>
        Text(Utf8.TryWrite(_path, CultureInfo.InvariantCulture, $"{_folder}/cpu{cpu}/{file}\0", out _));

    public string? Text(int cpu, int idleState, string file) => Text(Utf8.TryWrite(
        _path, CultureInfo.InvariantCulture, $"{_folder}/cpu{cpu}/cpuidle/state{idleState}/{file}\0", out _));

    public long? Number(int cpu, string file) =>
        Number(Utf8.TryWrite(_path, CultureInfo.InvariantCulture, $"{_folder}/cpu{cpu}/{file}\0", out _));

    public long? Number(int cpu, int idleState, string file) => Number(Utf8.TryWrite(
        _path, CultureInfo.InvariantCulture, $"{_folder}/cpu{cpu}/cpuidle/state{idleState}/{file}\0", out _));

    private static int? Parse(ReadOnlySpan<char> number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var cpu) && cpu < MostCpus ? cpu : null;

    private string? Text(bool fits) => Read(fits) is { Length: > 0 } text ? Encoding.ASCII.GetString(text) : null;

    private long? Number(bool fits)
    {
        var text = Read(fits);
        return Utf8Parser.TryParse(text, out long number, out var length) && length == text.Length && number >= 0
            ? number
            : null;
    }

    /// <summary>The text of the file at the path in the buffer, without its line end; empty where it cannot be read.</summary>
    private ReadOnlySpan<byte> Read(bool fits)
    {
        var file = fits ? Open(_path, ReadOnlyAndNotInherited) : -1;
        if (file < 0)
        {
            return [];
        }

        var length = Read(file, _text, LongestText);
        _ = Close(file);
        return length <= 0 ? [] : _text.AsSpan(0, (int)length).Trim(" \t\r\n"u8);
    }

    [LibraryImport("libc.so.6", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc.so.6", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int file, Span<byte> text, nint length);

    [LibraryImport("libc.so.6", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
