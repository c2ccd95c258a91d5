namespace Agent.Ollama;

/// <summary>Where the journal is, and whether it may be read.</summary>
/// <param name="library">systemd's library: a name the loader finds, or a path.</param>
/// <param name="folder">A folder of journal files; null: this machine's journal.</param>
/// <param name="roots">The folders below which the files lie.</param>
internal sealed class JournalSource(string library, string? folder, params string[] roots)
{
    /// <summary>Files looked at, at most: a full journal has some hundred.</summary>
    private const int MostFiles = 4096;

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };

    private JournalLibrary? _library;

    /// <summary>This machine's journal.</summary>
    public static JournalSource OfSystem() => new("libsystemd.so.0", folder: null, "/run/log/journal", "/var/log/journal");

    /// <summary>A folder of journal files.</summary>
    public static JournalSource OfFolder(string folder) => new("libsystemd.so.0", folder, folder);

    /// <summary>Opens the journal for one unit, before its first entry.</summary>
    /// <returns>The journal, or why not.</returns>
    public (Journal? Journal, Finding Finding) Open(string unit)
    {
        _library ??= JournalLibrary.TryLoad(library);
        if (_library is null)
        {
            return (null, JournalFindings.NoLibrary(library));
        }

        var (journal, error) = _library.Open(folder);
        if (journal is null)
        {
            return (null, JournalFindings.Failed(error));
        }

        var fault = Fault(journal);
        if (fault is null && journal.Follow(unit) is < 0 and var refused)
        {
            fault = JournalFindings.Failed(refused);
        }

        if (fault is not null)
        {
            journal.Dispose();
            return (null, fault);
        }

        return (journal, JournalFindings.Reading(unit));
    }

    /// <summary>The library opens the files it may and leaves the others aside without a word.</summary>
    private Finding? Fault(Journal journal)
    {
        string? readable = null;
        string? locked = null;
        foreach (var file in roots.SelectMany(Files).Take(MostFiles))
        {
            if (IsReadable(file))
            {
                readable ??= file;
            }
            else
            {
                locked ??= file;
            }
        }

        return (readable, locked) switch
        {
            (null, null) => JournalFindings.NoFiles(roots),
            (null, { } file) => JournalFindings.NoRight(file),
            ({ } file, _) => folder is not null || journal.HasFiles ? null : JournalFindings.OtherMachine(file),
        };
    }

    /// <summary>The journal's files, users' own aside, which their users may always read.</summary>
    private static IEnumerable<string> Files(string root)
    {
        try
        {
            return [.. Directory.EnumerateFiles(root, "*.journal", Below)
                .Where(file => !Path.GetFileName(file).StartsWith("user-", StringComparison.Ordinal))
                .Take(MostFiles)];
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsReadable(string file)
    {
        try
        {
            using var open = File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (IOException)
        {
            return false; // gone by now
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
