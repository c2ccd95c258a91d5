using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Agent.Core.Attribution;
using Microsoft.Data.Sqlite;

namespace Agent.History;

/// <summary>How history lies in SQLite: a row for each account in each hour, and one for each model's tokens.</summary>
/// <remarks>It is locked while it is written only, so that a report can be made beside a running agent.</remarks>
[SuppressMessage("Security", "CA2100", Justification = "No part of these commands comes from outside.")]
internal static class HistorySchema
{
    /// <summary>"jouh": SQLite's mark for the program a file belongs to.</summary>
    private const long Mark = 0x6A6F7568;

    /// <summary>What leads from each version to the next; the first from an empty file.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE model (id INTEGER PRIMARY KEY, named INTEGER NOT NULL, name TEXT NOT NULL, ollama TEXT NOT NULL, UNIQUE (named, name, ollama)) STRICT;
        CREATE TABLE hour (
            start INTEGER NOT NULL, category INTEGER NOT NULL, model INTEGER NOT NULL, currency TEXT NOT NULL,
            joules REAL NOT NULL, estimated REAL NOT NULL, seconds REAL NOT NULL,
            grams REAL NOT NULL, market_grams REAL NOT NULL, live_grams REAL NOT NULL, paid REAL NOT NULL, earned REAL NOT NULL,
            PRIMARY KEY (start, category, model, currency)) STRICT, WITHOUT ROWID;
        CREATE TABLE tokens (
            start INTEGER NOT NULL, model INTEGER NOT NULL,
            prompt INTEGER NOT NULL, cached INTEGER NOT NULL, generated INTEGER NOT NULL, estimated INTEGER NOT NULL, loads INTEGER NOT NULL,
            PRIMARY KEY (start, model)) STRICT, WITHOUT ROWID
        """,
    ];

    /// <summary>The number of each category in the file: these stay.</summary>
    private static readonly Category[] Categories =
    [
        Category.Idle, Category.LoadedIdle, Category.Load, Category.Prompt, Category.Generation,
        Category.Embedding, Category.Pull, Category.Unmetered, Category.Unobserved, Category.Other,
    ];

    public static long Version => Steps.Length;

    public static long NumberOf(Category category) => Array.IndexOf(Categories, category);

    public static Category CategoryOf(long number) => Categories[number];

    /// <summary>Opens it; where it is to be written, makes it if it is not there, and brings it up to this version.</summary>
    /// <returns>The connection, or why it cannot be used.</returns>
    /// <exception cref="SqliteException">It cannot be read or written now.</exception>
    public static (SqliteConnection? Connection, string? Problem) Open(string path, bool write)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = write ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 5,
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            var problem = Problem(connection, path, write);
            if (problem is null)
            {
                return (connection, null);
            }

            connection.Dispose();
            return (null, problem);
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static string? Problem(SqliteConnection connection, string path, bool write)
    {
        var (mark, version) = (Number(connection, "PRAGMA application_id"), Number(connection, "PRAGMA user_version"));
        if (version > Version)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a newer joulet wrote {path} (version {version}, this one knows {Version}); it is left as it is");
        }

        if (mark != Mark && (mark != 0 || version != 0 || Number(connection, "SELECT count(*) FROM sqlite_schema") != 0))
        {
            return $"{path} is no history of joulet";
        }

        if (write && version < Version)
        {
            Run(connection, string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {Mark}; BEGIN IMMEDIATE; {string.Join("; ", Steps[(int)version..])}; PRAGMA user_version = {Version}; COMMIT"));
        }

        return null;
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar() as long? ?? 0;
    }
}
