using System.Collections;
using Agent.Config;

namespace Agent.Tests.Config;

public sealed class WallRulesTests
{
    [Theory]
    [InlineData("kind=shelly", "kind: shelly needs sensors.wall.address, such as http://192.168.1.20")]
    [InlineData("kind=file", "kind: file needs sensors.wall.address, an absolute path")]
    [InlineData("address=http://plug", "address: sensors.wall.kind is missing: say what answers there")]
    [InlineData("kind=file address=http://plug", "address: must be an absolute path where the kind is file")]
    [InlineData("kind=tasmota address=/run/power", "address: must be an http address where the kind is tasmota")]
    [InlineData("kind=shelly address=https://plug", "address: must begin with http: where the kind is shelly")]
    [InlineData("kind=shelly address=http://plug power_path=a", "power_path: is for json and file only")]
    [InlineData("kind=tasmota address=http://plug scale=0.001", "scale: is for json and file only")]
    [InlineData("kind=json address=http://plug channel=1", "channel: is for shelly and tasmota only")]
    [InlineData("kind=file address=/run/power password_file=/etc/secret", "password_file: is for what is asked over HTTP")]
    [InlineData("kind=json address=http://plug password_file=/etc/secret", "password_file: needs sensors.wall.username")]
    [InlineData("kind=shelly address=http://plug interval=1m", "interval: 1m is out of range: 500ms to 10s")]
    public void What_does_not_fit_is_told_with_its_key(string settings, string problem) => Assert.StartsWith(
        $"option: sensors.wall.{problem}",
        Assert.Single(Assert.IsType<ConfigResult.Invalid>(Load(settings)).Problems),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("kind=shelly address=http://192.168.1.20 channel=1 password_file=/etc/secret")]
    [InlineData("kind=tasmota address=http://plug:8080/")]
    [InlineData("kind=json address=https://host/api?id=1 power_path=a.0 scale=0.001 username=me password_file=/etc/secret")]
    [InlineData("kind=file address=/run/power power_path=a")]
    [InlineData("kind=none address=http://plug")]
    public void What_fits_is_taken(string settings) => Assert.IsType<ConfigResult.Loaded>(Load(settings));

    private static ConfigResult Load(string settings)
    {
        var empty = Path.GetTempFileName();
        try
        {
            var given = settings.Split(' ').Select(setting => setting.Split('=', 2)).Select(pair => new Setting($"sensors.wall.{pair[0]}", pair[1], "option"));
            return ConfigLoader.Load(empty, [.. given], new Hashtable());
        }
        finally
        {
            File.Delete(empty);
        }
    }
}
