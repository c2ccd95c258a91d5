using Agent.Config;
using Agent.Core.Metering;
using Agent.Sensors.Wall;
using Microsoft.AspNetCore.Http;
using static Agent.Tests.Sensors.Wall.Asking;

namespace Agent.Tests.Sensors.Wall;

public sealed class ShellyTests
{
    [Fact]
    public async Task A_plug_of_the_first_generation_tells_its_power_and_model()
    {
        var answer = await AskAsync(SimulatedPlugs.FirstPlug(62.31));

        Draws(62.31, answer);
        Assert.Equal("Shelly SHPLG-S, gen 1,", Assert.IsType<WallAnswer.Drawn>(answer).Meter);
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.IsType<Reading.Power>(answer.Reading).Mean);
    }

    [Fact]
    public async Task A_clamp_of_the_first_generation_is_chosen_by_channel_whatever_its_relay_does() =>
        Draws(180.5, await AskAsync(SimulatedPlugs.FirstEm(-20, 180.5), 1));

    [Fact]
    public async Task A_reversed_clamp_is_told_and_is_no_reading() =>
        Fails(MissingCause.Error, "its clamp is reversed", await AskAsync(SimulatedPlugs.FirstEm(-62.3, 0)));

    [Fact]
    public async Task A_plug_of_the_second_generation_tells_its_power_and_model()
    {
        var answer = await AskAsync(SimulatedPlugs.PlusPlug(62.3));

        Draws(62.3, answer);
        Assert.Equal("Shelly Plus Plug S, gen 2,", Assert.IsType<WallAnswer.Drawn>(answer).Meter);
    }

    [Fact]
    public async Task A_meter_without_relay_of_the_third_generation_tells_its_power() => Draws(41.7, await AskAsync(SimulatedPlugs.PmMini(41.7)));

    [Fact]
    public async Task A_meter_of_three_phases_tells_their_sum()
    {
        var answer = await AskAsync(SimulatedPlugs.Pro3Em(2484.8));

        Draws(2484.8, answer);
        Assert.Equal("Shelly Pro 3EM, gen 2,", Assert.IsType<WallAnswer.Drawn>(answer).Meter);
    }

    [Fact]
    public async Task A_clamp_of_the_third_generation_is_chosen_by_channel() => Draws(501.8, await AskAsync(SimulatedPlugs.Em1(0, 501.8), 1));

    [Fact]
    public async Task A_relay_of_several_is_chosen_by_channel() => Draws(99, await AskAsync(SimulatedPlugs.Pro2Pm(1, 99), 1));

    [Fact]
    public async Task After_the_first_question_only_the_meter_itself_is_asked()
    {
        var paths = new List<string>();
        var device = SimulatedPlugs.PlusPlug(5);
        await AskAsync(context =>
        {
            paths.Add($"{context.Request.Path}{context.Request.QueryString}");
            return device(context);
        });

        Assert.Equal(["/shelly", "/rpc/Shelly.GetStatus", "/rpc/Switch.GetStatus?id=0"], paths);
    }

    [Fact]
    public async Task A_channel_that_does_not_exist_is_told_with_those_that_do()
    {
        Fails(MissingCause.Unsupported, "has no meter 2: there are 0, 1.", await AskAsync(SimulatedPlugs.Pro2Pm(1, 2), 2));
        Fails(MissingCause.Unsupported, "has no meter 3: there are 2, counted from 0.", await AskAsync(SimulatedPlugs.FirstEm(1, 2), 3));
    }

    [Fact]
    public async Task A_relay_that_measures_nothing_does_not_draw_nothing()
    {
        Fails(MissingCause.Unsupported, "has no power meter in it", await AskAsync(SimulatedPlugs.Plus1()));
        Fails(MissingCause.Unsupported, "has no power meter in it", await AskAsync(SimulatedPlugs.FirstPlug(60, type: "SHSW-1")));
    }

    [Fact]
    public async Task An_open_relay_does_not_feed_the_machine_that_asks()
    {
        Fails(MissingCause.Error, "its relay open (overpower)", await AskAsync(SimulatedPlugs.PlusPlug(0, "false", ",\"errors\":[\"overpower\"]")));
        Fails(MissingCause.Error, "its relay open", await AskAsync(SimulatedPlugs.FirstPlug(0, on: "false")));
    }

    [Fact]
    public async Task A_warning_about_the_mains_does_not_spoil_a_reading() =>
        Draws(60, await AskAsync(SimulatedPlugs.PlusPlug(60, errors: ",\"errors\":[\"undervoltage\"]")));

    [Fact]
    public async Task A_meter_that_says_it_fails_is_believed()
    {
        Fails(MissingCause.Error, "its meter fails (power_meter_failure)", await AskAsync(SimulatedPlugs.Pro3Em(60, ",\"errors\":[\"power_meter_failure\"]")));
        Fails(MissingCause.Error, "reading is not valid", await AskAsync(SimulatedPlugs.FirstPlug(60, valid: "false")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"gen\":2}")]
    [InlineData("[1,2]")]
    [InlineData("<html>router</html>")]
    [InlineData("{\"type\":\"a\\u0000b\",\"auth\":false}")]
    [InlineData("{\"type\":\"\\ud800\",\"auth\":false}")]
    public async Task What_is_no_Shelly_is_not_taken_for_one(string text) =>
        Fails(MissingCause.Unsupported, "is no Shelly", await AskAsync(PlugServer.Always(text)));

    [Fact]
    public async Task What_does_not_know_shelly_is_none()
    {
        Fails(MissingCause.Unsupported, "is no Shelly", await AskAsync(PlugServer.Always("no", StatusCodes.Status404NotFound)));
        Fails(MissingCause.Error, "answered with status 500", await AskAsync(PlugServer.Always("no", StatusCodes.Status500InternalServerError)));
    }

    private static Task<WallAnswer> AskAsync(RequestDelegate device, int channel = 0) => Asking.AskAsync(WallKind.Shelly, device, channel);
}
