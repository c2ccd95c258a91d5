using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Ollama;

/// <summary>An open journal: stands before, on or behind an entry. For one thread at a time.</summary>
/// <remarks>What answers a number: below 0 an error of errno.h, 0 no, above 0 yes.</remarks>
internal sealed unsafe class Journal(JournalExports exports, nint journal) : IDisposable
{
    /// <summary>Bytes of a message that are read. A runner's command line may be longer: what matters stands at its start.</summary>
    public const int LongestMessage = 4096;

    /// <summary>ESTALE: it was another boot.</summary>
    private const int Stale = -116;

    private nint _journal = journal;

    /// <summary>There are files that may be read.</summary>
    public bool HasFiles => exports.HasRuntimeFiles(_journal) > 0 || exports.HasPersistentFiles(_journal) > 0;

    /// <summary>What an error means.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(-error);

    /// <summary>From now on, shows only the entries of this unit, and notes files that come and go.</summary>
    public int Follow(string unit)
    {
        int answer;
        var match = Encoding.UTF8.GetBytes($"_SYSTEMD_UNIT={unit}");
        fixed (byte* text = match)
        {
            answer = exports.AddMatch(_journal, text, (nuint)match.Length);
        }

        answer = answer < 0 ? answer : exports.SetDataThreshold(_journal, LongestMessage);
        return answer < 0 ? answer : exports.GetFd(_journal);
    }

    /// <summary>Takes note of files that came and went.</summary>
    public int Refresh() => exports.Process(_journal);

    /// <summary>Goes before the first entry.</summary>
    public int SeekHead() => exports.SeekHead(_journal);

    /// <summary>Goes behind the last entry.</summary>
    public int SeekTail() => exports.SeekTail(_journal);

    /// <summary>Goes before the first entry from this time on, by the wall clock.</summary>
    public int Seek(DateTimeOffset time) => exports.SeekRealtime(_journal, (ulong)(time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>Goes before the cursor's entry, or where it would be.</summary>
    public int Seek(string cursor)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes($"{cursor}\0"))
        {
            return exports.SeekCursor(_journal, text);
        }
    }

    /// <summary>Whether the entry is the cursor's.</summary>
    public int IsAt(string cursor)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes($"{cursor}\0"))
        {
            return exports.TestCursor(_journal, text);
        }
    }

    public int Next() => exports.Next(_journal);

    public int Previous() => exports.Previous(_journal);

    /// <summary>What the entry can be found by again; null where it stands on none.</summary>
    public string? Cursor()
    {
        byte* text = null;
        if (exports.GetCursor(_journal, &text) < 0)
        {
            return null;
        }

        var cursor = Marshal.PtrToStringUTF8((nint)text);
        NativeMemory.Free(text);
        return cursor;
    }

    /// <summary>Whether the entry was written in this boot.</summary>
    public bool IsOfThisBoot() => Time(out _) >= 0;

    /// <summary>Reads the entry.</summary>
    public JournalEntry Read()
    {
        var place = Cursor();
        var answer = Time(out var microseconds);
        if (answer == Stale)
        {
            return new JournalEntry.OfOtherBoot(place);
        }

        var message = answer < 0 ? null : Message();
        return message is null || microseconds > long.MaxValue / TimeSpan.TicksPerMicrosecond
            ? new JournalEntry.Unreadable(place)
            : new JournalEntry.Told(place, TimeSpan.FromTicks((long)microseconds * TimeSpan.TicksPerMicrosecond), message);
    }

    /// <summary>The entry's message, as much of it as is read; null where it has none or it cannot be read.</summary>
    public string? Message()
    {
        byte* data;
        nuint length;
        fixed (byte* field = "MESSAGE\0"u8)
        {
            if (exports.GetData(_journal, field, &data, &length) < 0)
            {
                return null;
            }
        }

        var text = new ReadOnlySpan<byte>(data, (int)Math.Min(length, LongestMessage))["MESSAGE=".Length..];
        return Encoding.UTF8.GetString(text);
    }

    public void Dispose()
    {
        if (_journal != 0)
        {
            exports.Close(_journal);
            _journal = 0;
        }
    }

    private int Time(out ulong microseconds)
    {
        ulong told = 0;
        var answer = exports.GetMonotonic(_journal, &told, null);
        microseconds = told;
        return answer;
    }
}
