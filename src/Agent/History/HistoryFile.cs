using System.Diagnostics.CodeAnalysis;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Ollama;
using Agent.Core.History;
using Agent.Core.Units;
using Microsoft.Data.Sqlite;

namespace Agent.History;

/// <summary>The hours of years, in SQLite.</summary>
[SuppressMessage("Security", "CA2100", Justification = "No part of these commands comes from outside: values are parameters.")]
internal sealed class HistoryFile(SqliteConnection connection) : IDisposable
{
    /// <summary>The file's number for no model.</summary>
    private const long NoModel = 0;

    /// <summary>Hours that are reckoned with: retention is not by what a clock says alone.</summary>
    private const int Believed = 24;

    private const long Day = 24 * 3600;

    /// <summary>Writes hours as they are now: what was written of them before is replaced. All of them or none.</summary>
    /// <param name="cells">What was drawn in them.</param>
    /// <param name="counts">What was done.</param>
    /// <param name="now">The hour that it is, in seconds since 1970 UTC.</param>
    /// <param name="days">Older than so many days is removed.</param>
    public void Write(
        IEnumerable<KeyValuePair<HourKey, HourCell>> cells, IEnumerable<KeyValuePair<(long Start, ModelKey Model), HourTokens>> counts, long now, int days)
    {
        var (hours, tokens) = (cells.ToArray(), counts.ToArray());
        using var transaction = connection.BeginTransaction();
        foreach (var start in hours.Select(pair => pair.Key.Start).Concat(tokens.Select(pair => pair.Key.Start)).Distinct())
        {
            Run(transaction, "DELETE FROM hour WHERE start = $start", ("$start", start));
            Run(transaction, "DELETE FROM tokens WHERE start = $start", ("$start", start));
        }

        var numbers = new Dictionary<ModelKey, long>();
        foreach (var (key, cell) in hours)
        {
            Run(
                transaction,
                "INSERT INTO hour VALUES ($start, $category, $model, $currency, $joules, $estimated, $seconds, $grams, $market, $live, $paid, $earned)",
                ("$start", key.Start), ("$category", HistorySchema.NumberOf(key.Account.Category)),
                ("$model", key.Account.Model is { } model ? NumberOf(transaction, numbers, model) : NoModel), ("$currency", key.Currency),
                ("$joules", cell.Energy.Value), ("$estimated", cell.Estimated.Value), ("$seconds", cell.Seconds),
                ("$grams", cell.Emissions.Location), ("$market", cell.Emissions.Market), ("$live", cell.LiveGrams),
                ("$paid", cell.Cost.Paid), ("$earned", cell.Cost.Earned));
        }

        foreach (var ((start, model), done) in tokens)
        {
            Run(
                transaction,
                "INSERT INTO tokens VALUES ($start, $model, $prompt, $cached, $generated, $estimated, $loads)",
                ("$start", start), ("$model", NumberOf(transaction, numbers, model)), ("$prompt", done.Tokens.Prompt), ("$cached", done.Tokens.Cached),
                ("$generated", done.Tokens.Generated), ("$estimated", done.Estimated), ("$loads", done.Loads));
        }

        Forget(transaction, now, days);
        transaction.Commit();
    }

    /// <summary>A clock that was ahead for a while must not erase years: time is what a day's worth of hours on file say that it is.</summary>
    private void Forget(SqliteTransaction transaction, long now, int days)
    {
        using var select = Command(transaction, "SELECT DISTINCT start FROM hour ORDER BY start DESC LIMIT 1 OFFSET $offset", ("$offset", (long)Believed - 1));
        if (select.ExecuteScalar() is not long believed)
        {
            return;
        }

        var oldest = Math.Min(now, believed + Day) - (days * Day);
        Run(transaction, "DELETE FROM hour WHERE start < $start", ("$start", oldest));
        Run(transaction, "DELETE FROM tokens WHERE start < $start", ("$start", oldest));
    }

    /// <summary>The hours that began in a stretch of time, in order.</summary>
    /// <param name="from">In seconds since 1970 UTC.</param>
    /// <param name="to">The same; not in it.</param>
    public IEnumerable<HourRow> Hours(long from, long to)
    {
        var models = Models();
        using var select = Select(
            "SELECT start, category, model, currency, joules, estimated, seconds, grams, market_grams, live_grams, paid, earned FROM hour WHERE start >= $from AND start < $to ORDER BY start", from, to);
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            var model = reader.GetInt64(2) is NoModel ? (ModelKey?)null : models[reader.GetInt64(2)];
            yield return new HourRow(
                new HourKey(reader.GetInt64(0), new Account(HistorySchema.CategoryOf(reader.GetInt64(1)), model), reader.GetString(3)),
                new HourCell(
                    new Joules(reader.GetDouble(4)), new Joules(reader.GetDouble(5)), reader.GetDouble(6),
                    new Emissions(reader.GetDouble(7), reader.GetDouble(8)), reader.GetDouble(9), new Cost(reader.GetDouble(10), reader.GetDouble(11))));
        }
    }

    /// <summary>The tokens of those hours.</summary>
    public IEnumerable<TokenRow> Tokens(long from, long to)
    {
        var models = Models();
        using var select = Select("SELECT start, model, prompt, cached, generated, estimated, loads FROM tokens WHERE start >= $from AND start < $to ORDER BY start", from, to);
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            yield return new TokenRow(
                reader.GetInt64(0),
                models[reader.GetInt64(1)],
                new HourTokens(new TokenCounts(reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)), reader.GetInt64(5), reader.GetInt64(6)));
        }
    }

    public void Dispose() => connection.Dispose();

    private Dictionary<long, ModelKey> Models()
    {
        var models = new Dictionary<long, ModelKey>();
        using var select = new SqliteCommand("SELECT id, named, name, ollama FROM model", connection);
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            var (name, ollama) = (reader.GetString(2), reader.GetString(3));
            models.Add(reader.GetInt64(0), reader.GetInt64(1) != 0 ? ModelKey.OfName(name, ollama) : ModelKey.OfBlob(name, ollama));
        }

        return models;
    }

    private long NumberOf(SqliteTransaction transaction, Dictionary<ModelKey, long> known, ModelKey model)
    {
        if (known.TryGetValue(model, out var number))
        {
            return number;
        }

        (string, object)[] key = [("$named", model.Named ? 1L : 0L), ("$name", model.Value), ("$ollama", model.Ollama)];
        Run(transaction, "INSERT OR IGNORE INTO model (named, name, ollama) VALUES ($named, $name, $ollama)", key);
        using var select = Command(transaction, "SELECT id FROM model WHERE named = $named AND name = $name AND ollama = $ollama", key);
        return known[model] = (long)select.ExecuteScalar()!;
    }

    private SqliteCommand Select(string text, long from, long to)
    {
        var select = new SqliteCommand(text, connection);
        select.Parameters.AddWithValue("$from", from);
        select.Parameters.AddWithValue("$to", to);
        return select;
    }

    private void Run(SqliteTransaction transaction, string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(transaction, text, values);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(SqliteTransaction transaction, string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = new SqliteCommand(text, connection, transaction);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
