using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Sensors.Wall;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Sensors.Wall;

/// <summary>A plug, what asks it again and again, and a clock the test moves.</summary>
internal sealed class PolledPlug : IAsyncDisposable
{
    private readonly WallConfig _config;

    private PolledPlug(PlugServer server, WallConfig config)
    {
        (Server, _config, Clock) = (server, config, new MonotonicClock(Time));
        Poller = new WallPoller(config, Clock);
    }

    public PlugServer? Server { get; private set; }

    public FakeTimeProvider Time { get; } = new();

    public MonotonicClock Clock { get; }

    public WallPoller Poller { get; }

    public static async Task<PolledPlug> StartAsync(RequestDelegate device, WallKind kind = WallKind.Shelly, TimeSpan? interval = null, string password = "")
    {
        var server = await PlugServer.StartAsync(device);
        return new PolledPlug(server, new WallConfig
        {
            Kind = kind,
            Address = server.Address,
            Interval = interval ?? TimeSpan.FromSeconds(1),
            PasswordFile = password,
        });
    }

    /// <summary>One question; the clock does not move.</summary>
    public async Task<(TimeSpan Wait, LedgerEvent.DeviceRead Told)> StepAsync()
    {
        var wait = await Poller.StepAsync(TestContext.Current.CancellationToken);
        return (wait, Assert.IsType<LedgerEvent.DeviceRead>(Assert.Single(Poller.Take())));
    }

    /// <summary>Asks at its own pace for so long.</summary>
    public async Task<IReadOnlyList<LedgerEvent.DeviceRead>> RunAsync(TimeSpan time)
    {
        var told = new List<LedgerEvent.DeviceRead>();
        for (var end = Clock.Now + time; Clock.Now <= end;)
        {
            var (wait, entry) = await StepAsync();
            told.Add(entry);
            Time.Advance(wait);
        }

        return told;
    }

    /// <summary>One question that is not answered before the time is up.</summary>
    public async Task<LedgerEvent.DeviceRead> StepIntoSilenceAsync()
    {
        var before = Server!.Asked;
        var step = StepAsync();
        await Until(() => Server.Asked > before);
        Time.Advance(Poller.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(step.IsCompleted);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        return (await step).Told;
    }

    /// <summary>It is pulled out.</summary>
    public async Task UnplugAsync()
    {
        await Server!.DisposeAsync();
        Server = null;
    }

    /// <summary>It, or another one, is plugged in at the same address.</summary>
    public async Task PlugInAsync(RequestDelegate device) => Server = await PlugServer.StartAsync(device, new Uri(_config.Address).Port);

    public async ValueTask DisposeAsync()
    {
        Poller.Dispose();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    /// <summary>Waits for what will come soon, for ten seconds at most.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        }
    }

    public static double Watts(LedgerEvent.DeviceRead told) => Assert.IsType<Reading.Power>(told.Reading).Now.Value;

    public static Reading.Missing Missing(LedgerEvent.DeviceRead told) => Assert.IsType<Reading.Missing>(told.Reading);
}
