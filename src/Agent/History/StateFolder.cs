using System.Globalization;

namespace Agent.History;

/// <summary>The folder in which the state lies, or another of joulet's files.</summary>
internal sealed class StateFolder(string path, string name = StateFolder.StateName)
{
    /// <summary>What reports are made from.</summary>
    public const string HistoryName = "history.db";

    private const string StateName = "joulet.db";

    /// <summary>Damaged files kept for whoever wants to look at them.</summary>
    private const int MostSetAside = 3;

    public string Path => path;

    public string File => System.IO.Path.Combine(path, name);

    /// <summary>The damaged files set aside, oldest first.</summary>
    public IReadOnlyList<string> SetAside =>
        [.. Directory.EnumerateFiles(path, $"{name}.corrupt-????????T??????").Order(StringComparer.Ordinal)];

    /// <summary>Makes it, for its owner alone: which models were used when is nobody else's business.</summary>
    public void Make()
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Takes the damaged state out of the way.</summary>
    /// <returns>Where it is now.</returns>
    public string PutAside(DateTimeOffset now)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{File}.corrupt-{now.UtcDateTime:yyyyMMdd'T'HHmmss}");
        System.IO.File.Move(File, aside, overwrite: true);
        foreach (var beside in new[] { "-wal", "-shm", "-journal" })
        {
            if (System.IO.File.Exists(File + beside))
            {
                System.IO.File.Move(File + beside, aside + beside, overwrite: true); // SQLite finds it there again
            }
        }

        foreach (var old in SetAside.SkipLast(MostSetAside))
        {
            foreach (var beside in new[] { "", "-wal", "-shm", "-journal" })
            {
                System.IO.File.Delete(old + beside);
            }
        }

        return aside;
    }
}
