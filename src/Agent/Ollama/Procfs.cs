using System.Buffers;
using System.Globalization;
using System.IO.Enumeration;

namespace Agent.Ollama;

/// <summary>The one door to /proc. What cannot be read, or is gone by now, is null.</summary>
/// <param name="root"><c>/proc</c> in production; a folder of files in tests and in the simulation.</param>
/// <remarks>See https://docs.kernel.org/filesystems/proc.html.</remarks>
internal sealed class Procfs(string root)
{
    /// <summary>The folder of the agent's own process.</summary>
    public const string Self = "self";

    private const int MaxStat = 4096;

    /// <summary>Longest command line or environment that is read; the kernel allows more, Ollama's are below 2 KiB.</summary>
    private const int MaxArguments = 64 * 1024;

    /// <summary>The kernel lists listening sockets before all others, so the first 7000 lines hold every one.</summary>
    private const int MaxSockets = 1024 * 1024;

    /// <summary>The lines of the processors come first; 64 KiB hold 700 of them.</summary>
    private const int MaxProcessors = 64 * 1024;

    /// <summary>Most files of one process that are searched for a socket.</summary>
    private const int MaxFiles = 4096;

    private static readonly EnumerationOptions Every = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>The ids of the processes that can be seen, into <paramref name="pids"/>; no string is made for them.</summary>
    public void ListPids(List<int> pids)
    {
        pids.Clear();
        try
        {
            pids.AddRange(new FileSystemEnumerable<int>(root, static (ref entry) => PidOf(entry.FileName), Every)
            {
                ShouldIncludePredicate = static (ref entry) => PidOf(entry.FileName) > 0,
            });
        }
        catch (IOException)
        {
            pids.Clear();
        }
    }

    /// <summary>Whether other users' processes are kept from this one (the mount option hidepid).</summary>
    /// <remarks>Process 1 is there in every process namespace: unseen or unreadable, it is hidden.</remarks>
    public bool HidesProcesses => ReadStat(1) is null;

    public ProcessStat? ReadStat(int pid)
    {
        Span<byte> buffer = stackalloc byte[MaxStat];
        return ProcessStat.Parse(Read(PathOf(pid, "stat"), buffer));
    }

    /// <summary>What the process is to Ollama, by its command line; null for every other process.</summary>
    public OllamaProcess? ReadCommand(int pid) =>
        WithBuffer(MaxArguments, buffer => OllamaProcess.Parse(Read(PathOf(pid, "cmdline"), buffer)));

    /// <summary>The user the process acts as.</summary>
    public int? ReadUser(int pid)
    {
        Span<byte> buffer = stackalloc byte[MaxStat];
        foreach (var line in Lines.Of(Read(PathOf(pid, "status"), buffer)))
        {
            // Uid: real, effective, saved, file system.
            if (line.StartsWith("Uid:"u8))
            {
                var ids = new Fields(line["Uid:"u8.Length..]);
                return ids.Next() && ids.Next() && int.TryParse(ids.Current, CultureInfo.InvariantCulture, out var user)
                    ? user
                    : null;
            }
        }

        return null;
    }

    /// <summary>Whether the process was started with this environment variable, and to what; null where that is not readable.</summary>
    /// <returns>An empty string: readable, and not set.</returns>
    public string? ReadEnvironment(int pid, string variable) => WithBuffer(MaxArguments, buffer =>
    {
        var text = Read(PathOf(pid, "environ"), buffer);
        return text.IsEmpty ? null : Arguments.ValueOf(text, variable);
    });

    /// <summary>The TCP sockets that listen in the network namespace of a process.</summary>
    /// <param name="process">A process id, or <see cref="Self"/>.</param>
    public IReadOnlyList<ListeningSocket> ReadListeners(string process) => WithBuffer(MaxSockets, buffer =>
    {
        var sockets = new List<ListeningSocket>();
        ListeningSocket.Parse(Read($"{root}/{process}/net/tcp", buffer), sockets);
        ListeningSocket.Parse(Read($"{root}/{process}/net/tcp6", buffer), sockets);
        return sockets;
    });

    /// <summary>Whether the process has this socket open; null where only its user and root may know.</summary>
    public bool? HoldsSocket(int pid, long inode)
    {
        var wanted = string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");
        try
        {
            var files = new DirectoryInfo(PathOf(pid, "fd")).EnumerateFileSystemInfos();
            return files.Take(MaxFiles).Any(file => file.LinkTarget == wanted);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Seconds since boot, suspended ones too.</summary>
    public double? ReadUptime()
    {
        Span<byte> buffer = stackalloc byte[128];
        var fields = new Fields(Read($"{root}/uptime", buffer));
        return fields.Next() && double.TryParse(fields.Current, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : null;
    }

    public ProcessorTime? ReadProcessorTime() =>
        WithBuffer(MaxProcessors, buffer => ProcessorTime.Parse(Read($"{root}/stat", buffer)));

    private static int PidOf(ReadOnlySpan<char> name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    private string PathOf(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"{root}/{pid}/{file}");

    /// <summary>The file's beginning, as much as fits; empty where it cannot be read.</summary>
    private static ReadOnlySpan<byte> Read(string path, Span<byte> buffer)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(file, buffer[length..], length) is > 0 and var read)
            {
                length += read;
            }

            return buffer[..length];
        }
        catch (IOException)
        {
            return default; // gone, or going: reading a process that ends fails with ESRCH
        }
        catch (UnauthorizedAccessException)
        {
            return default;
        }
    }

    private static T WithBuffer<T>(int size, Func<Span<byte>, T> read)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            return read(buffer.AsSpan(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
