using Agent.Config;

namespace Agent.Tests.Config;

public sealed class ConfigFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-config-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_was_asked_for_must_be_there() =>
        Assert.Equal(("", $"{Path("x.yaml")}: there is no such file"), ConfigFile.Read(Path("x.yaml"), mustExist: true));

    [Fact]
    public void The_usual_file_need_not_be_there() =>
        Assert.Equal(("", null), ConfigFile.Read(Path("none/x.yaml"), mustExist: false));

    [Fact]
    public void A_folder_is_no_file() =>
        Assert.Equal(("", $"{_folder.FullName}: is a folder, not a file"), ConfigFile.Read(_folder.FullName, mustExist: true));

    [Fact]
    public void An_empty_name_is_told() => Assert.Equal(("", "--config: names no file"), ConfigFile.Read("", mustExist: true));

    [Fact]
    public void A_device_without_end_is_read_up_to_the_limit() =>
        Assert.Contains("larger than 1 MiB", ConfigFile.Read("/dev/zero", mustExist: true).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_file_at_the_limit_is_read()
    {
        File.WriteAllText(Path("a"), new string('#', 1024 * 1024));
        File.WriteAllText(Path("b"), new string('#', (1024 * 1024) + 1));

        Assert.Null(ConfigFile.Read(Path("a"), mustExist: true).Problem);
        Assert.Contains("larger than 1 MiB", ConfigFile.Read(Path("b"), mustExist: true).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text()
    {
        File.WriteAllBytes(Path("a"), [0xEF, 0xBB, 0xBF, (byte)'a']);

        Assert.Equal(("a", null), ConfigFile.Read(Path("a"), mustExist: true));
    }

    [Fact]
    public void What_is_no_utf8_is_told()
    {
        File.WriteAllBytes(Path("a"), [(byte)'a', 0xE9]);

        Assert.Equal(("", $"{Path("a")}: is no UTF-8 text"), ConfigFile.Read(Path("a"), mustExist: true));
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);
}
