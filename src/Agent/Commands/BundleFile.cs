using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Agent.Config;

namespace Agent.Commands;

/// <summary>What a bug report needs, in one file of plain texts that name nobody and nothing private: see <see cref="Scrubber"/>.</summary>
internal static class BundleFile
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string About =
        """
        What joulet check --bundle wrote, for a bug report: what was found (check.txt, check.json), what the running agent
        exports (metrics.txt, if one runs), which settings differ from their defaults (settings.txt: names, and values that name
        nothing), and the machine's kernel and meters (machine.txt). Names of models, users, hosts and networks, serial numbers and
        UUIDs are replaced by numbered words, the same word for the same name; which grid the machine is on and what its energy costs
        is left out. No prompt or answer is ever seen by joulet's files.

        """;

    /// <summary>Why it cannot be written; null where it can.</summary>
    public static string? Problem(string path) =>
        !path.EndsWith(".tar.gz", StringComparison.Ordinal) ? $"{path} does not end in .tar.gz"
        : Path.Exists(path) ? $"{path} is there already"
        : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) ? $"{path}: there is no such folder"
        : null;

    public static async Task WriteAsync(string path, AgentConfig config, CheckResult result, string? metrics, CancellationToken cancel)
    {
        var scrub = Scrubber.For(config, metrics);
        result = result with { Findings = [.. result.Findings.Where(finding => finding.Subject is not (FootprintCheck.Carbon or FootprintCheck.Cost))] };
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Own,
        });
        await using var packed = new GZipStream(file, CompressionLevel.Optimal);
        await using var tar = new TarWriter(packed);
        await AddAsync(tar, "README.txt", About, cancel);
        await AddAsync(tar, "check.txt", scrub.Clean(CheckReport.Render(result)), cancel);
        await AddAsync(tar, "check.json", scrub.Clean(CheckJson.Render(result)), cancel);
        await AddAsync(tar, "settings.txt", BundledSettings.Render(config), cancel);
        await AddAsync(tar, "machine.txt", scrub.Clean(BundledMachine.Render(config.Paths)), cancel);
        if (metrics is not null)
        {
            await AddAsync(tar, "metrics.txt", scrub.Clean(WithoutBills(metrics)), cancel);
        }
    }

    /// <summary>Where it stands and what it pays, a machine's grid and prices tell.</summary>
    private static string WithoutBills(string metrics) => string.Join('\n', metrics.Split('\n').Where(line =>
        !line.Contains("carbon_intensity", StringComparison.Ordinal) && !line.Contains("carbon_emissions", StringComparison.Ordinal)
        && !line.Contains("embodied", StringComparison.Ordinal) && !line.Contains("currency=", StringComparison.Ordinal)));

    private static async Task AddAsync(TarWriter tar, string name, string text, CancellationToken cancel)
    {
        // Without owner and time: they are the reporter's.
        await using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"joulet-check/{name}")
        {
            DataStream = content,
            ModificationTime = DateTimeOffset.UnixEpoch,
        }, cancel);
    }
}
