using Agent.Config;
using Agent.Core.Metering;
using Agent.Sensors.Wall;
using Microsoft.Extensions.Time.Testing;
using static Agent.Tests.Sensors.Wall.Asking;

namespace Agent.Tests.Sensors.Wall;

/// <summary>What is JSON or a plain number: at any address, and in a file.</summary>
public sealed class TextMeterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wall-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private string FilePath => Path.Combine(_folder.FullName, "power");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("62.3", "", 1, 62.3)]
    [InlineData(" 62.3\n", "", 1, 62.3)]
    [InlineData("\"62.3\"", "", 1, 62.3)]
    [InlineData("""{"power":62.3}""", "power", 1, 62.3)]
    [InlineData("""{"sensors":[{},{"power":"62300"}]}""", "sensors.1.power", 0.001, 62.3)]
    [InlineData("""{"a":{"0":62.3}}""", "a.0", 1, 62.3)]
    public async Task A_number_is_found_and_scaled_at_an_address_and_in_a_file(string text, string path, double scale, double watts)
    {
        Draws(watts, await AskAddressAsync(text, path, scale));
        Draws(watts, await AskFileAsync(text, path, scale));
    }

    [Theory]
    [InlineData("abc", "", "holds no plain number")]
    [InlineData("""{"power":62.3}""", "", "holds no plain number")]
    [InlineData("""{"power":62.3}""", "watts", "has no number at watts")]
    [InlineData("""{"power":62.3}""", "power.0", "has no number at power.0")]
    [InlineData("""{"power":true}""", "power", "has no number at power")]
    [InlineData("""[1,2]""", "2", "has no number at 2")]
    [InlineData("""{"power":62.""", "power", "did not answer with whole JSON")]
    [InlineData("<html>", "power", "a page for people")]
    [InlineData("-3", "", "less than nothing")]
    [InlineData("NaN", "", "which no machine draws")]
    [InlineData("Infinity", "", "which no machine draws")]
    [InlineData("100001", "", "which no machine draws")]
    public async Task What_is_no_power_is_told(string text, string path, string what)
    {
        Fails(MissingCause.Error, what, await AskAddressAsync(text, path));
        Fails(MissingCause.Error, what, await AskFileAsync(text, path));
    }

    [Fact]
    public async Task Json_nested_without_end_is_refused() =>
        Fails(MissingCause.Error, "whole JSON", await AskAddressAsync(new string('[', 50_000), "a"));

    [Fact]
    public async Task A_query_of_the_address_is_sent_and_never_told()
    {
        await using var server = await PlugServer.StartAsync(PlugServer.Knows(("/api?token=secret", "{}")));
        var config = new WallConfig { Kind = WallKind.Json, Address = $"{server.Address}/api?token=secret", PowerPath = "a" };

        var told = Fails(MissingCause.Error, "has no number at a", await Asking.AskAsync(config));
        Assert.DoesNotContain("secret", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_written_any_more_is_no_reading()
    {
        Write("62.3");
        using var meter = WallMeters.Connect(FileConfig(), _time);

        _time.SetUtcNow(new DateTimeOffset(File.GetLastWriteTimeUtc(FilePath)) + TimeSpan.FromSeconds(60));
        Draws(62.3, await meter.AskAsync(TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(1));
        Fails(MissingCause.Unresponsive, "has not changed for 61 s", await meter.AskAsync(TestContext.Current.CancellationToken));
        File.SetLastWriteTimeUtc(FilePath, _time.GetUtcNow().UtcDateTime);
        Draws(62.3, await meter.AskAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_is_read_seldom_may_be_older()
    {
        Write("62.3");
        var config = FileConfig();
        config.Interval = TimeSpan.FromSeconds(10);
        using var meter = WallMeters.Connect(config, _time);

        _time.SetUtcNow(new DateTimeOffset(File.GetLastWriteTimeUtc(FilePath)) + TimeSpan.FromSeconds(99));
        Draws(62.3, await meter.AskAsync(TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(2));
        Fails(MissingCause.Unresponsive, "has not changed for 101 s", await meter.AskAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_is_missing_empty_or_huge_is_told()
    {
        Fails(MissingCause.Gone, "does not exist", await Asking.AskAsync(FileConfig()));
        Fails(MissingCause.Error, "is empty or no short file", await AskFileAsync("", ""));
        Fails(MissingCause.Error, "is empty or no short file", await AskFileAsync(new string('1', 70_000), ""));
    }

    [Theory]
    [InlineData(UnixFileMode.None, UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherExecute, UnixFileMode.None)]
    public void A_file_that_may_not_be_read_is_told(UnixFileMode folder, UnixFileMode file)
    {
        Write("62.3");
        File.SetUnixFileMode(FilePath, UnixFileMode.UserWrite | file);
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | folder);

        Unprivileged.Run(() =>
        {
            using var meter = WallMeters.Connect(FileConfig(), _time);
            Fails(MissingCause.Permission, "may not be read", meter.AskAsync(CancellationToken.None).GetAwaiter().GetResult());
        });
    }

    private static async Task<WallAnswer> AskAddressAsync(string text, string path, double scale = 1)
    {
        await using var server = await PlugServer.StartAsync(PlugServer.Always(text));
        return await Asking.AskAsync(new WallConfig { Kind = WallKind.Json, Address = $"{server.Address}/api", PowerPath = path, Scale = scale });
    }

    private Task<WallAnswer> AskFileAsync(string text, string path, double scale = 1)
    {
        Write(text);
        return Asking.AskAsync(FileConfig(path, scale));
    }

    private void Write(string text) => File.WriteAllText(FilePath, text);

    private WallConfig FileConfig(string path = "", double scale = 1) =>
        new() { Kind = WallKind.File, Address = FilePath, PowerPath = path, Scale = scale };
}
