using System.Runtime.InteropServices;

namespace Agent.Ollama;

/// <summary>
/// The functions of libsystemd.so.0 that read the journal, as sd-journal.h declares them. Null is one this version does not
/// have. What is negative is an error of errno.h.
/// </summary>
/// <remarks>A journal may be used by any thread, by one at a time. See sd-journal(3).</remarks>
internal sealed unsafe class JournalExports(nint library)
{
    public readonly delegate* unmanaged<nint*, int, int> Open =
        (delegate* unmanaged<nint*, int, int>)Find(library, "sd_journal_open");

    public readonly delegate* unmanaged<nint*, byte*, int, int> OpenDirectory =
        (delegate* unmanaged<nint*, byte*, int, int>)Find(library, "sd_journal_open_directory");

    public readonly delegate* unmanaged<nint, void> Close = (delegate* unmanaged<nint, void>)Find(library, "sd_journal_close");

    /// <summary>NAME=VALUE, and its length.</summary>
    public readonly delegate* unmanaged<nint, byte*, nuint, int> AddMatch =
        (delegate* unmanaged<nint, byte*, nuint, int>)Find(library, "sd_journal_add_match");

    /// <summary>Bytes; larger values may be cut there.</summary>
    public readonly delegate* unmanaged<nint, nuint, int> SetDataThreshold =
        (delegate* unmanaged<nint, nuint, int>)Find(library, "sd_journal_set_data_threshold");

    public readonly delegate* unmanaged<nint, int> HasRuntimeFiles =
        (delegate* unmanaged<nint, int>)Find(library, "sd_journal_has_runtime_files");

    public readonly delegate* unmanaged<nint, int> HasPersistentFiles =
        (delegate* unmanaged<nint, int>)Find(library, "sd_journal_has_persistent_files");

    /// <summary>Also begins to watch for new files.</summary>
    public readonly delegate* unmanaged<nint, int> GetFd = (delegate* unmanaged<nint, int>)Find(library, "sd_journal_get_fd");

    /// <summary>Takes note of files that came and went; does not wait.</summary>
    public readonly delegate* unmanaged<nint, int> Process = (delegate* unmanaged<nint, int>)Find(library, "sd_journal_process");

    public readonly delegate* unmanaged<nint, int> SeekHead = (delegate* unmanaged<nint, int>)Find(library, "sd_journal_seek_head");

    public readonly delegate* unmanaged<nint, int> SeekTail = (delegate* unmanaged<nint, int>)Find(library, "sd_journal_seek_tail");

    /// <summary>Microseconds since 1970.</summary>
    public readonly delegate* unmanaged<nint, ulong, int> SeekRealtime =
        (delegate* unmanaged<nint, ulong, int>)Find(library, "sd_journal_seek_realtime_usec");

    /// <summary>The next entry is then the cursor's, or what came after it where it is gone.</summary>
    public readonly delegate* unmanaged<nint, byte*, int> SeekCursor =
        (delegate* unmanaged<nint, byte*, int>)Find(library, "sd_journal_seek_cursor");

    /// <summary>Above 0 where the entry is the cursor's.</summary>
    public readonly delegate* unmanaged<nint, byte*, int> TestCursor =
        (delegate* unmanaged<nint, byte*, int>)Find(library, "sd_journal_test_cursor");

    /// <summary>Its text is to be freed.</summary>
    public readonly delegate* unmanaged<nint, byte**, int> GetCursor =
        (delegate* unmanaged<nint, byte**, int>)Find(library, "sd_journal_get_cursor");

    /// <summary>0 where there is no newer entry.</summary>
    public readonly delegate* unmanaged<nint, int> Next = (delegate* unmanaged<nint, int>)Find(library, "sd_journal_next");

    /// <summary>0 where there is no older entry.</summary>
    public readonly delegate* unmanaged<nint, int> Previous = (delegate* unmanaged<nint, int>)Find(library, "sd_journal_previous");

    /// <summary>A field's name, the place of NAME=VALUE until the next call, and its length.</summary>
    public readonly delegate* unmanaged<nint, byte*, byte**, nuint*, int> GetData =
        (delegate* unmanaged<nint, byte*, byte**, nuint*, int>)Find(library, "sd_journal_get_data");

    /// <summary>Microseconds on CLOCK_MONOTONIC, and the boot's id; without a place for that, another boot's are an error (ESTALE).</summary>
    public readonly delegate* unmanaged<nint, ulong*, byte*, int> GetMonotonic =
        (delegate* unmanaged<nint, ulong*, byte*, int>)Find(library, "sd_journal_get_monotonic_usec");

    /// <summary>Nothing is missing; the last of these came in 2016.</summary>
    public bool Whole =>
        Open != null && OpenDirectory != null && Close != null && AddMatch != null && SetDataThreshold != null
        && HasRuntimeFiles != null && HasPersistentFiles != null && GetFd != null && Process != null
        && SeekHead != null && SeekTail != null && SeekRealtime != null && SeekCursor != null && TestCursor != null
        && GetCursor != null && Next != null && Previous != null && GetData != null && GetMonotonic != null;

    private static nint Find(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;
}
