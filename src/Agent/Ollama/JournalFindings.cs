namespace Agent.Ollama;

/// <summary>How the journal can be found, in words.</summary>
internal static class JournalFindings
{
    public const string Subject = "journal";

    public static Finding Off => new(Verdict.Absent, Subject, "Ollama's log in the journal is not read: ollama.journal_unit is empty.");

    public static Finding Opening(string unit) => new(Verdict.Good, Subject, $"The journal of {unit} is about to be opened.");

    public static Finding Reading(string unit) => new(Verdict.Good, Subject, $"The journal of {unit} is read.");

    public static Finding NoLibrary(string library) => new(
        Verdict.Absent,
        Subject,
        $"{library} cannot be loaded, so Ollama's log in the journal is not read.",
        "Install it (Debian, Ubuntu: libsystemd0; Fedora, RHEL: systemd-libs). Where there is no systemd, set ollama.journal_unit to \"\".");

    public static Finding NoFiles(IEnumerable<string> folders) => new(
        Verdict.Absent,
        Subject,
        $"There is no journal: no files below {string.Join(" or ", folders)}.",
        "In a container, mount the host's /run/log/journal, /var/log/journal and /etc/machine-id, read-only. "
            + "On a machine without journald, set ollama.journal_unit to \"\".");

    public static Finding NoRight(string file) => new(
        Verdict.Warning,
        Subject,
        $"The agent's user may not read the system's journal ({file}), so Ollama's log is not read.",
        "Add the agent's user to group systemd-journal: usermod -aG systemd-journal USER (as a service: "
            + "SupplementaryGroups=systemd-journal in its unit), then restart the agent.");

    public static Finding OtherMachine(string file) => new(
        Verdict.Warning,
        Subject,
        $"The journal's files, such as {file}, are not of the machine /etc/machine-id names, so Ollama's log is not read.",
        "In a container, mount the host's /etc/machine-id too, read-only.");

    public static Finding NeverSeen(string unit) => new(
        Verdict.Warning,
        Subject,
        $"The journal has no line of {unit}.",
        "Set ollama.journal_unit to the unit that runs Ollama (systemctl list-units '*ollama*'). "
            + "Where Ollama runs in a container or by hand, set it to \"\".");

    public static Finding Failed(int error) => new(
        Verdict.Warning,
        Subject,
        $"The journal cannot be read: {Journal.Describe(error)}.",
        "See whether journalctl -n 1 works. Too many open files: raise fs.inotify.max_user_instances.");
}
