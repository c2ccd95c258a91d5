using Agent.Commands;
using Agent.Config;

namespace Agent.Tests.Commands;

public sealed class SettingOptionsTests
{
    [Fact]
    public void Settings_are_taken_out_wherever_they_stand()
    {
        var (settings, others) = SettingOptions.Take(
            ["--listen", "127.0.0.1:1", "check", "--sampling:interval=2s", "--config", "x.yaml", "--cost:price_per_kwh", "-1"]);

        Assert.Equal(
            [
                new Setting("listen", "127.0.0.1:1", "option --listen"),
                new Setting("sampling.interval", "2s", "option --sampling:interval"),
                new Setting("cost.price_per_kwh", "-1", "option --cost:price_per_kwh"),
            ],
            settings);
        Assert.Equal(["check", "--config", "x.yaml"], others);
    }

    [Fact]
    public void Another_option_or_nothing_is_no_value()
    {
        var (settings, others) = SettingOptions.Take(["--listen", "--carbon:zone", "--config", "x", "--otlp:endpoint"]);

        Assert.Equal(["--config", "x"], others);
        Assert.Equal(["listen", "carbon.zone", "otlp.endpoint"], settings.Select(setting => setting.Path));
        Assert.All(settings, setting => Assert.Null(setting.Value));
    }

    [Fact]
    public void An_empty_value_is_written_with_an_equals_sign() =>
        Assert.Equal("", Assert.Single(SettingOptions.Take(["--web_config_file="]).Settings).Value);

    [Theory]
    [InlineData("--version")]
    [InlineData("--for=60s")]
    [InlineData("--listn")]
    [InlineData("listen")]
    public void The_rest_is_left_to_the_commands(string argument) =>
        Assert.Equal([argument], SettingOptions.Take([argument]).Others);
}
