using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Ollama;

/// <summary>systemd's library, as every machine with systemd has it. Once loaded it stays.</summary>
internal sealed unsafe class JournalLibrary
{
    /// <summary>Only this machine's files, not those it collects from others: SD_JOURNAL_LOCAL_ONLY.</summary>
    private const int LocalOnly = 1;

    /// <summary>Not the users' own files: SD_JOURNAL_SYSTEM.</summary>
    private const int System = 4;

    private readonly JournalExports _exports;

    private JournalLibrary(JournalExports exports) => _exports = exports;

    /// <summary>Null where the loader does not find it, or where it is another library.</summary>
    /// <param name="library">A name the loader finds, or a path.</param>
    public static JournalLibrary? TryLoad(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            return null;
        }

        var exports = new JournalExports(handle);
        return exports.Whole ? new(exports) : null;
    }

    /// <summary>Opens what may be read; also where that is nothing.</summary>
    /// <param name="folder">A folder of journal files; null: this machine's.</param>
    /// <returns>The journal, or a negative error.</returns>
    public (Journal? Journal, int Error) Open(string? folder)
    {
        nint journal = 0;
        int answer;
        fixed (byte* path = folder is null ? null : Encoding.UTF8.GetBytes($"{folder}\0"))
        {
            answer = path == null ? _exports.Open(&journal, LocalOnly | System) : _exports.OpenDirectory(&journal, path, 0);
        }

        return answer < 0 ? (null, answer) : (new Journal(_exports, journal), 0);
    }
}
