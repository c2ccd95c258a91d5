using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Agent.History;

/// <summary>The state in SQLite: a row a thing, only changed rows are written, all of a commit or nothing. For one thread at a time.</summary>
/// <remarks>
/// The file is locked while it is open, so that a second agent cannot write into it; so SQLite needs no shared memory, which
/// would need space on a full disk just to read. SQLite sums the pages of its log, not those of the file: each row has its own.
/// </remarks>
internal sealed class StateFile : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<RowKey, string> _rows;

    private StateFile(SqliteConnection connection, Dictionary<RowKey, string> rows, StateStamp? stamp) =>
        (_connection, _rows, Stamp) = (connection, rows, stamp);

    /// <summary>All that was committed.</summary>
    public IReadOnlyDictionary<RowKey, string> Rows => _rows;

    /// <summary>The last commit's; null before the first.</summary>
    public StateStamp? Stamp { get; private set; }

    /// <summary>Opens it; makes it where it is not there.</summary>
    /// <param name="path">Of the file; its folder is there.</param>
    /// <exception cref="SqliteException">It cannot be read or written now, which says nothing about what is in it.</exception>
    public static StateOpening Open(string path)
    {
        if (!File.Exists(path))
        {
            StateSchema.Create(path);
        }

        var connection = StateSchema.Connect(path, SqliteOpenMode.ReadWrite);
        StateOpening? opening = null;
        try
        {
            opening = StateSchema.Prepare(connection) ?? Read(connection);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR)
        {
            opening = new StateOpening.Damaged(failure.Message);
        }
        finally
        {
            if (opening is not StateOpening.Opened)
            {
                connection.Dispose();
            }
        }

        return opening;
    }

    /// <summary>Writes what changed; when it returns, it is on the disk.</summary>
    /// <param name="parts">The parts that the rows are all of. Rows of other parts, which a newer agent may have written, stay.</param>
    public void Commit(IReadOnlySet<string> parts, IReadOnlyDictionary<RowKey, string> rows, StateStamp stamp)
    {
        var gone = _rows.Keys.Where(key => parts.Contains(key.Part) && !rows.ContainsKey(key)).ToArray();
        var changed = rows.Where(row => _rows.GetValueOrDefault(row.Key) != row.Value).ToArray();
        var next = new Dictionary<RowKey, string>(_rows);
        foreach (var key in gone)
        {
            next.Remove(key);
        }

        foreach (var (key, json) in changed)
        {
            next[key] = json;
        }

        var whole = stamp with { Rows = next.Count, Sum = SumOf(next) };
        using (var transaction = _connection.BeginTransaction())
        {
            using var delete = Command(transaction, "DELETE FROM state WHERE part = $part AND key = $key", "$part", "$key");
            foreach (var key in gone)
            {
                Run(delete, key.Part, key.Key);
            }

            using var put = Command(
                transaction, "INSERT OR REPLACE INTO state (part, key, json, sum) VALUES ($part, $key, $json, $sum)", "$part", "$key", "$json", "$sum");
            var meta = KeyValuePair.Create(new RowKey(StateStamp.Part, ""), JsonSerializer.Serialize(whole, StateJson.Default.StateStamp));
            foreach (var (key, json) in changed.Append(meta))
            {
                Run(put, key.Part, key.Key, json, SumOf(key, json));
            }

            transaction.Commit();
        }

        foreach (var key in gone)
        {
            _rows.Remove(key);
        }

        foreach (var (key, json) in changed)
        {
            _rows[key] = json;
        }

        Stamp = whole;
    }

    public void Dispose() => _connection.Dispose();

    private static StateOpening Read(SqliteConnection connection)
    {
        var rows = new Dictionary<RowKey, string>();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT part, key, json, sum FROM state";
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            var (key, json) = (new RowKey(reader.GetString(0), reader.GetString(1)), reader.GetString(2));
            if (SumOf(key, json) != reader.GetInt64(3))
            {
                return new StateOpening.Damaged($"the row {key.Part} {key.Key} is not what was written");
            }

            rows.Add(key, json);
        }

        if (rows.Count == 0)
        {
            return new StateOpening.Opened(new StateFile(connection, rows, stamp: null));
        }

        return rows.Remove(new RowKey(StateStamp.Part, ""), out var meta)
            && StampOf(meta) is { } stamp && stamp.Rows == rows.Count && stamp.Sum == SumOf(rows)
                ? new StateOpening.Opened(new StateFile(connection, rows, stamp))
                : new StateOpening.Damaged("rows are missing");
    }

    private static StateStamp? StampOf(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Default.StateStamp);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long SumOf(Dictionary<RowKey, string> rows) => rows.Aggregate(0L, (sum, row) => sum ^ SumOf(row.Key, row.Value));

    private static long SumOf(RowKey key, string json) =>
        (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{key.Part}\0{key.Key}\0{json}"));

    private SqliteCommand Command(SqliteTransaction transaction, string text, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, text);
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
