using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Agent.History;

/// <summary>How the state lies in SQLite, and how it is opened.</summary>
[SuppressMessage("Security", "CA2100", Justification = "No part of these commands comes from outside.")]
internal static class StateSchema
{
    /// <summary>What the file may grow to: a hundred times what a machine with a hundred models needs.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>"joul": SQLite's mark for the program a file belongs to.</summary>
    private const long Mark = 0x6A6F756C;

    private const long PageBytes = 4096;

    /// <summary>What leads from each version to the next; the first from an empty file.</summary>
    private static readonly string[] Steps =
    [
        "CREATE TABLE state (part TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (part, key)) STRICT, WITHOUT ROWID",
    ];

    /// <summary>What this agent writes. It counts up when a part's meaning changes, not when a part is added.</summary>
    public static long Version => Steps.Length;

    /// <summary>Makes an empty one: under its name it is whole, or not there.</summary>
    public static void Create(string path)
    {
        var unfinished = $"{path}.new";
        foreach (var stale in new[] { unfinished, $"{unfinished}-wal", $"{unfinished}-journal", $"{path}-wal" })
        {
            File.Delete(stale);
        }

        using (var connection = Connect(unfinished, SqliteOpenMode.ReadWriteCreate))
        {
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {Mark}; PRAGMA journal_mode = WAL"));
            Migrate(connection, from: 0);
        }

        File.Move(unfinished, path);
    }

    public static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        // Locked for as long as it is open; who finds it so waits a second at most.
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 1 };
        var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        Run(connection, "PRAGMA locking_mode = EXCLUSIVE");
        return connection;
    }

    /// <summary>Looks whether it is ours and whole, and makes it ready to be written.</summary>
    /// <returns>Why it cannot be used; null where it can.</returns>
    public static StateOpening? Prepare(SqliteConnection connection)
    {
        var version = Number(connection, "PRAGMA user_version");
        if (Number(connection, "PRAGMA application_id") != Mark || version < 0)
        {
            return new StateOpening.Damaged("it is no state file of joulet");
        }

        if (version > Version)
        {
            // Not even SQLite's own log is brought into the file when it is closed.
            _ = raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            return new StateOpening.Newer(version);
        }

        Run(connection, string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 1048576; PRAGMA max_page_count = {MostBytes / PageBytes}"));
        if (Number(connection, "PRAGMA page_count") > MostBytes / PageBytes)
        {
            return new StateOpening.Damaged("it is larger than any state of joulet"); // nor would its check end soon
        }

        if (Text(connection, "PRAGMA quick_check(1)") is not "ok" and var fault)
        {
            return new StateOpening.Damaged(fault ?? "it cannot be checked");
        }

        Migrate(connection, version);
        return null;
    }

    /// <summary>Brings it up to this version: all of the way, or none of it.</summary>
    private static void Migrate(SqliteConnection connection, long from)
    {
        if (from < Version)
        {
            Run(connection, string.Create(
                CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {string.Join("; ", Steps[(int)from..])}; PRAGMA user_version = {Version}; COMMIT"));
        }
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static string? Text(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar() as string;
    }

    private static long Number(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar() as long? ?? 0;
    }
}
