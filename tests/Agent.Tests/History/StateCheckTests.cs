using Agent.Config;
using Agent.History;
using Agent.Tests.Sensors;

namespace Agent.Tests.History;

public sealed class StateCheckTests : IDisposable
{
    private readonly StateDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void A_folder_that_can_be_written_is_well_and_stays_as_it_is()
    {
        _disk.Keep("1");
        var before = File.ReadAllBytes(_disk.File0);

        var finding = Check(_disk.Folder);

        Assert.Equal(Verdict.Good, finding.Verdict);
        Assert.Matches($@"it is {Environment.UserName}'s, user {Environment.UserName} may write there, \d+ MiB are free\.$", finding.Text);
        Assert.Equal([_disk.File0], Directory.GetFileSystemEntries(_disk.Folder));
        Assert.Equal(before, File.ReadAllBytes(_disk.File0));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_comes_with_the_fix()
    {
        _disk.Keep("1");
        File.SetUnixFileMode(_disk.Folder, (UnixFileMode)0b111_101_101);

        Unprivileged.Run(() =>
        {
            var finding = Check(_disk.Folder);
            Assert.Equal(Verdict.Warning, finding.Verdict);
            Assert.Contains($"may not write in {_disk.Folder}", finding.Text, StringComparison.Ordinal);
            Assert.Contains("StateDirectory=joulet", finding.Fix, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_read_only_disk_is_told_from_a_missing_right()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel"), "There is no /sys here.");
        var finding = Check("/sys/kernel"); // where nobody may make a file

        Assert.Equal(Verdict.Warning, finding.Verdict);
        Assert.NotNull(finding.Fix);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_well_where_it_can_be_made_and_is_not_made()
    {
        Assert.Equal(Verdict.Good, Check(Path.Combine(_disk.Folder, "deeper")).Verdict);
        Unprivileged.Run(() =>
        {
            var finding = Check(_disk.Folder);
            Assert.Equal(Verdict.Warning, finding.Verdict);
            Assert.Contains($"install -d -m 0700 {_disk.Folder}", finding.Fix, StringComparison.Ordinal);
        });
        Assert.False(Directory.Exists(_disk.Folder));
    }

    [Fact]
    public void A_damaged_state_that_was_set_aside_is_said()
    {
        _disk.Keep("1");
        File.WriteAllText(_disk.File0, "no database");
        _disk.Keep("2");

        var finding = Check(_disk.Folder);

        Assert.Equal(Verdict.Warning, finding.Verdict);
        Assert.Contains("sudo rm " + Directory.GetFiles(_disk.Folder, "*.corrupt-*").Single(), finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Switched_off_it_is_said_so() => Assert.Equal(Verdict.Absent, Check("").Verdict);

    private static Finding Check(string folder) => new StateCheck(new PathsConfig { State = folder }).Check();
}
