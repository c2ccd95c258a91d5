using Agent.Config;
using Agent.Core.Metering;
using Agent.Sensors.Wall;

namespace Agent.Tests.Sensors.Wall;

/// <summary>One question to a meter, and what is expected of the answer.</summary>
internal static class Asking
{
    public static WallConfig At(WallKind kind, PlugServer plug, int channel = 0, string password = "", string user = "") => new()
    {
        Kind = kind,
        Address = plug.Address,
        Channel = channel,
        Username = user,
        PasswordFile = password,
    };

    /// <summary>Asks twice, as the second question may go to another place than the first.</summary>
    public static async Task<WallAnswer> AskAsync(WallConfig config)
    {
        using var meter = WallMeters.Connect(config, TimeProvider.System);
        var first = await meter.AskAsync(TestContext.Current.CancellationToken);
        if (first is WallAnswer.Drawn)
        {
            Assert.Equal(first, await meter.AskAsync(TestContext.Current.CancellationToken));
        }

        return first;
    }

    public static async Task<WallAnswer> AskAsync(WallKind kind, Microsoft.AspNetCore.Http.RequestDelegate device, int channel = 0, string password = "", string user = "")
    {
        await using var plug = await PlugServer.StartAsync(device);
        return await AskAsync(At(kind, plug, channel, password, user));
    }

    public static void Draws(double watts, WallAnswer answer) =>
        Assert.Equal(watts, answer is WallAnswer.Nothing nothing ? throw new InvalidOperationException(nothing.What) : Assert.IsType<WallAnswer.Drawn>(answer).Power.Value, 6);

    public static WallAnswer.Nothing Fails(MissingCause cause, string what, WallAnswer answer)
    {
        var nothing = Assert.IsType<WallAnswer.Nothing>(answer);
        Assert.Contains(what, nothing.What, StringComparison.Ordinal);
        Assert.Equal(cause, nothing.Cause);
        Assert.EndsWith(".", nothing.Fix, StringComparison.Ordinal);
        return nothing;
    }
}
