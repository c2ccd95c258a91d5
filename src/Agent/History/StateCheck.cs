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
        // The only way to know for sure, whatever the reason: rights, a read-only disk, a quota. It is gone when closed.
        var probe = Path.Combine(paths.State, $".joulet-check-{Guid.NewGuid()}");
        using (new FileStream(probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }))
        {
        }

        var free = new DriveInfo(paths.State).AvailableFreeSpace;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"Totals are kept over restarts in {paths.State}: it is {FolderOwner.Of(paths.State)}'s, user {Environment.UserName} may write there, {free >> 20} MiB are free.");
        return _folder.SetAside is [.., var damaged] ? new(Verdict.Warning, Subject, $"{text} A damaged state was set aside there.", $"Look at the disk (dmesg); then: sudo rm {damaged}*")
            : free < FewBytes ? new(Verdict.Warning, Subject, text, StateFaults.Full(paths.State).Fix)
            : new(Verdict.Good, Subject, text);
    }

    private Finding Missing() => new(
        Verdict.Warning,
        Subject,
        $"Totals are kept over restarts in {paths.State}, which is not there yet: joulet makes it if user {Environment.UserName} may.",
        StateFaults.Denied(paths.State).Fix);
}
