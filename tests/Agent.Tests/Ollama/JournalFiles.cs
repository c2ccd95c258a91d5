using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Agent.Tests.Ollama;

/// <summary>
/// A folder of real journal files, written by systemd's own program for journals of other machines. What it writes can be read
/// at once, as with journald's files.
/// </summary>
internal sealed class JournalFiles : IDisposable
{
    public const string Unit = "ollama.service";

    private static readonly string? Writer = Array.Find(
        ["/usr/lib/systemd/systemd-journal-remote", "/lib/systemd/systemd-journal-remote"], File.Exists);

    private readonly DirectoryInfo _folder;
    private Process? _writer;
    private int _archived;
    private int _written;
    private long _inFile;

    public JournalFiles()
    {
        Assert.SkipWhen(Writer is null, "Package systemd-journal-remote is missing, which writes journal files: make packages installs it.");
        _folder = Directory.CreateTempSubdirectory("journal-");
    }

    /// <summary>This boot's, as journal files hold it.</summary>
    public static string ThisBoot { get; } =
        File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim().Replace("-", "", StringComparison.Ordinal);

    public string Folder => _folder.FullName;

    /// <summary>The file that is written.</summary>
    public string Active => Path.Combine(Folder, "system.journal");

    /// <summary>What comes next is written to a new file; the last one is kept under another name, as journald does it.</summary>
    /// <returns>The last one.</returns>
    public string Rotate()
    {
        Finish();
        var archived = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"system@{++_archived:D3}.journal"));
        File.Move(Active, archived);
        return archived;
    }

    /// <summary>Writes an entry, which can then be read.</summary>
    /// <param name="sinceBoot">What CLOCK_MONOTONIC showed; null: a second after the last one's.</param>
    public void Write(string? message, string unit = Unit, TimeSpan? sinceBoot = null, string? boot = null, DateTimeOffset? time = null)
    {
        _written++;
        var monotonic = sinceBoot ?? TimeSpan.FromSeconds(_written);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"__REALTIME_TIMESTAMP={((time ?? DateTimeOffset.UtcNow) - DateTimeOffset.UnixEpoch).Ticks / 10}\n")
            .Append(CultureInfo.InvariantCulture, $"__MONOTONIC_TIMESTAMP={monotonic.Ticks / 10}\n")
            .Append(CultureInfo.InvariantCulture, $"_BOOT_ID={boot ?? ThisBoot}\n")
            .Append(CultureInfo.InvariantCulture, $"_SYSTEMD_UNIT={unit}\n");
        if (message is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"MESSAGE={message}\n");
        }

        _writer ??= Start();
        _writer.StandardInput.Write(text.Append('\n'));
        _writer.StandardInput.Flush();
        _inFile++;
        var patience = Stopwatch.StartNew();
        while (EntriesInFile() < _inFile)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), "The entry was not written.");
            Thread.Sleep(1);
        }
    }

    /// <summary>Ends the file; what was written is then in it.</summary>
    public void Finish()
    {
        if (_writer is null)
        {
            return;
        }

        _writer.StandardInput.Close();
        var said = _writer.StandardError.ReadToEnd();
        _writer.WaitForExit();
        Assert.True(_writer.ExitCode == 0, said);
        _writer.Dispose();
        _writer = null;
    }

    public void Dispose()
    {
        _writer?.Kill();
        _writer?.Dispose();
        _folder.Delete(recursive: true);
    }

    private Process Start()
    {
        _inFile = 0;
        return Process.Start(new ProcessStartInfo(Writer!, ["-o", Active, "-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>As the file's header counts them (systemd's JOURNAL_FILE_FORMAT: n_entries).</summary>
    private long EntriesInFile()
    {
        const int EntryCount = 152;
        if (!File.Exists(Active))
        {
            return 0;
        }

        using var file = File.OpenHandle(Active, share: FileShare.ReadWrite | FileShare.Delete);
        Span<byte> count = stackalloc byte[sizeof(long)];
        return RandomAccess.Read(file, count, EntryCount) == count.Length ? BinaryPrimitives.ReadInt64LittleEndian(count) : 0;
    }
}
