using System.Globalization;
using Agent.Config;

namespace Agent.History;

/// <summary>What there is to know of the state's folder, for <c>joulet check</c>. What is in it is left alone: an agent may use it now.</summary>
internal sealed class StateCheck(PathsConfig paths)
{
    private const string Subject = "state";

    /// <summary>Bytes; less of them soon are none.</summary>
    private const long FewBytes = 16L << 20;

    private readonly StateFolder _folder = new(paths.State);

    public Finding Check()
    {
        if (paths.State.Length == 0)
        {
            return new(Verdict.Absent, Subject, "Totals are not kept over restarts: paths.state is empty.");
        }

        try
        {
            return Directory.Exists(paths.State) ? Look() : Missing();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var fault = StateFaults.Of(failure, paths.State);
            return new(Verdict.Warning, Subject, fault.Text, fault.Fix);
        }
    }

    private Finding Look()
    {
        Probe(paths.State);
        var free = new DriveInfo(paths.State).AvailableFreeSpace;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"Totals are kept over restarts in {paths.State}: it is {FolderOwner.Of(paths.State)}'s, user {Environment.UserName} may write there, {free >> 20} MiB are free.");
        return _folder.SetAside is [.., var damaged] ? new(Verdict.Warning, Subject, $"{text} A damaged state was set aside there.", $"Look at the disk (dmesg); then: sudo rm {damaged}*")
            : free < FewBytes ? new(Verdict.Warning, Subject, text, StateFaults.Full(paths.State).Fix)
            : new(Verdict.Good, Subject, text);
    }

    private Finding Missing()
    {
        var parent = Path.GetDirectoryName(paths.State);
        while (parent is not null && !Directory.Exists(parent))
        {
            parent = Path.GetDirectoryName(parent);
        }

        Probe(parent ?? "/");
        return new(Verdict.Good, Subject, $"Totals are kept over restarts in {paths.State}: joulet makes it, user {Environment.UserName} may.");
    }

    /// <summary>The only way to know for sure, whatever may be in the way: rights, a read-only disk, a quota. It is gone when closed.</summary>
    private static void Probe(string folder)
    {
        var probe = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose };
        using var file = new FileStream(Path.Combine(folder, $".joulet-check-{Guid.NewGuid()}"), probe);
    }
}
