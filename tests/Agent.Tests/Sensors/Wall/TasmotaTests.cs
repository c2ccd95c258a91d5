using Agent.Config;
using Agent.Core.Metering;
using Microsoft.AspNetCore.Http;
using static Agent.Tests.Sensors.Wall.Asking;

namespace Agent.Tests.Sensors.Wall;

public sealed class TasmotaTests
{
    [Theory]
    [InlineData("""{"TotalStartTime":"2020-10-21T22:15:00","Total":3.705,"Today":0.026,"Power":62,"ApparentPower":70,"ReactivePower":31,"Factor":0.88,"Voltage":233,"Current":0.301}""", 0, 62)]
    [InlineData("""{"Power":[12,62.5],"Voltage":233}""", 1, 62.5)]
    [InlineData("""{"Power":[12],"Voltage":233}""", 0, 12)]
    [InlineData("""{"Power":"62"}""", 0, 62)]
    public async Task The_power_is_read_from_one_meter_or_several(string energy, int channel, double watts) =>
        Draws(watts, await Asking.AskAsync(WallKind.Tasmota, SimulatedPlugs.Tasmota(energy), channel));

    [Theory]
    [InlineData("""{"StatusPWR":{"Total":1.2,"Power":62}}""")]
    [InlineData("""STATUS8 = {"StatusPWR":{"Total":"1.2","Power":"62"}}""")]
    public async Task Firmware_of_long_ago_is_understood(string text) =>
        Draws(62, await Asking.AskAsync(WallKind.Tasmota, SimulatedPlugs.TasmotaAnswer(text)));

    [Theory]
    [InlineData("", 0, MissingCause.Unsupported, "has no power meter")]
    [InlineData("""{"Total":3}""", 0, MissingCause.Unsupported, "has no power meter")]
    [InlineData("""{"Power":[1,2]}""", 2, MissingCause.Unsupported, "has no meter 2: there are 2, counted from 0")]
    [InlineData("""{"Power":1}""", 1, MissingCause.Unsupported, "has no meter 1: there are 1")]
    [InlineData("""{"Power":null}""", 0, MissingCause.Error, "is no number")]
    [InlineData("""{"Power":"NaN"}""", 0, MissingCause.Error, "which no machine draws")]
    [InlineData("""{"Power":-5}""", 0, MissingCause.Error, "less than nothing")]
    [InlineData("""{"Power":1e6}""", 0, MissingCause.Error, "which no machine draws")]
    public async Task What_is_no_power_is_told(string energy, int channel, MissingCause cause, string what) =>
        Fails(cause, what, await Asking.AskAsync(WallKind.Tasmota, SimulatedPlugs.Tasmota(energy), channel));

    [Fact]
    public async Task What_is_no_Tasmota_is_told()
    {
        Fails(MissingCause.Unsupported, "does not know the command", await AskAsync(SimulatedPlugs.TasmotaAnswer("""{"Command":"Unknown"}""")));
        Fails(MissingCause.Unsupported, "is no Tasmota", await AskAsync(SimulatedPlugs.TasmotaAnswer("""{"a":1}""")));
        Fails(MissingCause.Unsupported, "is no Tasmota", await AskAsync(SimulatedPlugs.PlusPlug(1)));
        Fails(MissingCause.Error, "a page for people", await AskAsync(SimulatedPlugs.TasmotaAnswer("<!DOCTYPE html>")));
    }

    private static Task<Agent.Sensors.Wall.WallAnswer> AskAsync(RequestDelegate device) => Asking.AskAsync(WallKind.Tasmota, device);
}
