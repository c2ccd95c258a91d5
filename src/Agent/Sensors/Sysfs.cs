using System.Globalization;
using Agent.Core.Metering;

namespace Agent.Sensors;

/// <summary>The one door to /sys. What cannot be read is a value that says why.</summary>
/// <param name="root"><c>/sys</c>; a folder of plain files in tests.</param>
internal sealed class Sysfs(string root)
{
    /// <summary>Attributes are a page at most (Documentation/filesystems/sysfs.rst).</summary>
    public const int LongestText = 4096;

    public string PathOf(string path) => Path.Combine(root, path);

    public bool Exists(string path) => Path.Exists(PathOf(path));

    /// <summary>An attribute's text without its line end; null where it cannot be read.</summary>
    public string? Text(string path)
    {
        using var file = new SysfsFile(PathOf(path));
        return file.ReadText() is SysfsText.Read read ? read.Value : null;
    }

    /// <summary>An attribute's number; null where it cannot be read or is none.</summary>
    public double? Number(string path) =>
        double.TryParse(Text(path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The names in a folder, in order; empty where there is none.</summary>
    public IReadOnlyList<string> List(string path)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(PathOf(path)).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Where a link leads, from the root of the file system; the path itself where it is none.</summary>
    public string TargetOf(string path)
    {
        try
        {
            return Directory.ResolveLinkTarget(PathOf(path), returnFinalTarget: true)?.FullName ?? PathOf(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return PathOf(path);
        }
    }

    /// <summary>Why a file could not be read, as a failed reading says it.</summary>
    public static MissingCause CauseOf(Exception failure, string path) => failure switch
    {
        // .NET says "access denied" of a folder, too.
        UnauthorizedAccessException => Directory.Exists(path) ? MissingCause.Error : MissingCause.Permission,
        FileNotFoundException or DirectoryNotFoundException => MissingCause.Gone,
        _ => MissingCause.Error,
    };
}
