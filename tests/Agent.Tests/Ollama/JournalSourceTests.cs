using Agent.Ollama;
using Agent.Tests.Sensors;

namespace Agent.Tests.Ollama;

public sealed class JournalSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("no-journal-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("libsystemd-of-no-machine.so.0")]
    [InlineData("libm.so.6")]
    public void A_library_that_is_not_there_or_another_is_said(string library)
    {
        var (journal, finding) = new JournalSource(library, _folder.FullName, _folder.FullName).Open(JournalFiles.Unit);

        Assert.Null(journal);
        Assert.Equal(JournalFindings.NoLibrary(library), finding);
        Assert.Equal(Verdict.Absent, finding.Verdict);
    }

    [Fact]
    public void A_machine_without_a_journal_is_said()
    {
        var (journal, finding) = JournalSource.OfFolder(_folder.FullName).Open(JournalFiles.Unit);

        Assert.Null(journal);
        Assert.Equal(JournalFindings.NoFiles([_folder.FullName]), finding);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said()
    {
        var (journal, finding) = JournalSource.OfFolder("/nonexistent/journal").Open(JournalFiles.Unit);

        Assert.Null(journal);
        Assert.NotEqual(Verdict.Good, finding.Verdict);
    }

    [Fact]
    public void A_journal_this_user_may_not_read_is_said_with_the_fix()
    {
        using var files = new JournalFiles();
        files.Write("secret");
        files.Finish();
        File.SetUnixFileMode(files.Folder, (UnixFileMode)0b111_101_101);
        var file = files.Active;
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Unprivileged.Run(() =>
        {
            var (journal, finding) = JournalSource.OfFolder(files.Folder).Open(JournalFiles.Unit);

            Assert.Null(journal);
            Assert.Equal(JournalFindings.NoRight(file), finding);
            Assert.Contains("systemd-journal", finding.Fix, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Users_own_files_are_no_journal_of_the_system()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "user-1000.journal"), "");

        var (journal, finding) = JournalSource.OfFolder(_folder.FullName).Open(JournalFiles.Unit);

        Assert.Null(journal);
        Assert.Equal(JournalFindings.NoFiles([_folder.FullName]), finding);
    }

    [Fact]
    public void Files_of_another_machine_are_said()
    {
        using var files = new JournalFiles();
        files.Write("of another machine");
        files.Finish();

        // This machine's journal, of which there is none or another one, beside a folder that is not below its own.
        var (journal, finding) = new JournalSource("libsystemd.so.0", folder: null, files.Folder).Open(JournalFiles.Unit);
        using (journal)
        {
            Assert.True(journal is not null || finding == JournalFindings.OtherMachine(files.Active), finding.Text);
        }
    }

    [Fact]
    public void This_machines_own_journal_is_opened_or_why_not_is_said()
    {
        var (journal, finding) = JournalSource.OfSystem().Open(JournalFiles.Unit);
        using (journal)
        {
            Assert.Equal(journal is not null, finding.Verdict == Verdict.Good);
            Assert.True(journal is not null || finding.Fix is not null, finding.Text);
        }
    }
}
