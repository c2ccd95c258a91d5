using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Agent.History;

/// <summary>How keeping the state can fail, in words.</summary>
internal static class StateFaults
{
    /// <summary>ENOSPC and EDQUOT: .NET leaves the system's number in the exception.</summary>
    private const int NoSpace = 28;
    private const int QuotaReached = 122;
    private const int ReadOnlyFileSystem = 30; // EROFS

    /// <summary>The failures that are expected of a disk and of SQLite; any other is a bug.</summary>
    public static bool IsExpected(Exception failure) =>
        failure is SqliteException or IOException or UnauthorizedAccessException || IsLibraryMissing(failure);

    public static StateFault Of(Exception failure, string folder) => failure switch
    {
        SqliteException sqlite => Of(sqlite, folder),
        UnauthorizedAccessException => Denied(folder),
        IOException { HResult: NoSpace or QuotaReached } => Full(folder),
        IOException { HResult: ReadOnlyFileSystem } => ReadOnly(folder),
        _ when IsLibraryMissing(failure) => new(
            StateReason.NoLibrary,
            "Totals are not kept over restarts: libe_sqlite3.so, which belongs beside the binary, cannot be loaded.",
            "Install joulet again, whole; or set paths.state to \"\"."),
        _ => Failed(folder, failure.Message),
    };

    public static StateFault Denied(string folder) => new(
        StateReason.Denied,
        $"Totals are not kept over restarts: user {Environment.UserName} may not write in {folder}.",
        Own(folder));

    public static StateFault ReadOnly(string folder) => new(
        StateReason.ReadOnly,
        $"Totals are not kept over restarts: {folder} is read-only.",
        $"In the systemd unit set StateDirectory=joulet (or ReadWritePaths={folder}); else: sudo mount -o remount,rw \"$(findmnt -nT {folder} -o TARGET)\", or set paths.state to a folder on a disk that can be written.");

    public static StateFault Full(string folder) => new(
        StateReason.Full,
        $"Totals are not kept over restarts: no space is left for {folder}.",
        string.Create(CultureInfo.InvariantCulture, $"Free some (df -h {folder}): usually less than 1 MiB is needed, at most {StateSchema.MostBytes >> 20} MiB are used."));

    public static StateFault Locked(string folder) => new(
        StateReason.Locked,
        $"Totals are not kept over restarts: another joulet has the state in {folder}.",
        "Stop the other one, or give this one its own folder: paths.state.");

    public static StateFault Newer(string folder, long version) => new(
        StateReason.Newer,
        string.Create(CultureInfo.InvariantCulture, $"Totals are not kept over restarts: a newer joulet wrote the state in {folder} (version {version}, this one knows {StateSchema.Version}); it is left as it is."),
        "Install the newer joulet again, or give this one its own folder: paths.state.");

    public static StateFault NotTakenUp(string folder) => new(
        StateReason.NotTakenUp,
        $"Totals are not kept over restarts: the state in {folder} could not be read when joulet started, and is not overwritten.",
        "It can be read now: sudo systemctl restart joulet goes on from it.");

    public static StateFault Slow(string folder) => new(
        StateReason.Slow,
        $"Totals are not kept over restarts: the disk of {folder} does not answer.",
        "Look at it (dmesg), or set paths.state to a folder on another disk.");

    public static StateFault Failed(string folder, string why) => new(
        StateReason.Error,
        $"Totals are not kept over restarts: the state in {folder} cannot be written or read: {why}",
        "Look at the disk (dmesg), or set paths.state to a folder on another one.");

    private static StateFault Of(SqliteException failure, string folder) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => Full(folder),
        raw.SQLITE_READONLY => ReadOnly(folder),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Locked(folder),
        raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH => Denied(folder),
        _ => Failed(folder, failure.Message),
    };

    private static string Own(string folder) =>
        $"In the systemd unit set StateDirectory=joulet; else: sudo install -d -m 0700 {folder} && sudo chown -R {Environment.UserName}: {folder}";

    private static bool IsLibraryMissing(Exception failure) =>
        failure is DllNotFoundException || (failure is TypeInitializationException && failure.GetBaseException() is DllNotFoundException);
}
