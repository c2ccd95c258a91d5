using Agent.Config;

namespace Agent.Sensors.Wall;

/// <summary>Every kind of meter there is.</summary>
internal static class WallMeters
{
    /// <summary>Begins anew with the meter that is configured: nothing is sent yet, the password is read.</summary>
    public static IWallMeter Connect(WallConfig config, TimeProvider time) => config.Kind switch
    {
        WallKind.Shelly => new ShellyMeter(Http(config), config.Channel),
        WallKind.Tasmota => new TasmotaMeter(Http(config), config.Channel),
        WallKind.Json => new JsonMeter(Http(config), config),
        WallKind.File => new FileMeter(config, time),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Kind, "There is no meter to ask."),
    };

    private static WallHttp Http(WallConfig config) => new(WallLogin.Read(config));
}
