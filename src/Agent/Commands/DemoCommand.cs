using Agent.Config;
using Agent.Core.Attribution;
using Agent.Recording;
using Agent.Sensors;
using Agent.Sensors.Nvml;
using Agent.Simulation;

namespace Agent.Commands;

/// <summary>The whole agent over a simulated machine whose every joule is known: no hardware, no Ollama needed.</summary>
internal static class DemoCommand
{
    private const int Seed = 20261123;

    /// <summary>Time between two tables.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Runs until it is told to stop, or for a time, and prints what was measured beside the truth.</summary>
    /// <param name="config">All settings.</param>
    /// <param name="duration">For how long; null: until it is told to stop.</param>
    /// <param name="record">Where its events are recorded; null: nowhere.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>0; with a duration, 1 where what was measured is not within 3 % of the truth.</returns>
    public static async Task<int> RunAsync(AgentConfig config, TimeSpan? duration, RecordingWriter? record, CancellationToken cancel)
    {
        using var logs = Logging.OneLine();
        var (access, problems) = WebParts.Access(config, TimeProvider.System, logs);
        using var granted = access;
        if (problems.Count > 0)
        {
            logs.CreateLogger("joulet").CannotServe(string.Join(' ', problems));
            return CommandLine.BadUsage;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var time = TimeProvider.System;
        await using var machine = await SimulatedMachine.StartAsync(time, Scenario.Operated, Seed, cancel);
        (config.Paths.Sysfs, config.Paths.Procfs) = (machine.Sysfs, machine.Procfs);
        config.PowerState.DbusAddress = $"unix:path={machine.Root}/bus"; // nobody listens there: the host's profile is not this machine's
        (config.Ollama.Upstream, config.Ollama.Upstreams, config.Ollama.JournalUnit) = (machine.UpstreamUrl, [], "");
        var clock = new MonotonicClock(time);
        using var nvml = new NvmlSensor(() => machine.Nvml, config.Sensors.Nvml, config.Paths, clock);
        var world = machine.RunAsync(over.Token);

        // Without a state: the machine does not outlive the demo.
        await using var agent = AgentHost.Build(config, SensorCatalog.Find(config, clock, nvml), clock, store: null, access, logs);
        await using var recorder = agent.Record(record, store: null, config, time, logs);
        if (!await agent.TryStartAsync(config, logs.CreateLogger("joulet"), cancel))
        {
            await over.CancelAsync();
            await world;
            return 1;
        }

        Console.WriteLine($"A simulated machine: two GPUs, an Ollama, two models. Its metrics: {(access is { HasTls: true } ? "https" : "http")}://{config.Listen}/metrics");
        Console.WriteLine($"Its /sys and /proc: {machine.Root}. Its Ollama: {machine.UpstreamUrl}");
        Console.WriteLine(duration is null ? "Ctrl-C ends it.\n" : "");
        await TellAsync(agent, machine, duration, cancel);
        var (summary, right) = DemoTable.Summary(agent.Keeper.Current, machine.Truth);
        Console.Write(summary);
        await agent.App.StopAsync(CancellationToken.None);
        await over.CancelAsync();
        await world;
        return duration is null || right ? 0 : 1;
    }

    private static async Task TellAsync(
        AgentParts agent, SimulatedMachine machine, TimeSpan? duration, CancellationToken cancel)
    {
        var stopping = agent.App.Lifetime.ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        if (duration is { } length)
        {
            end.CancelAfter(length);
        }

        using var timer = new PeriodicTimer(Every);
        var before = Ledger.Empty;
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                var now = agent.Keeper.Current;
                Console.WriteLine(DemoTable.Render(before, now, machine.Truth));
                before = now;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Its time is over, or Ctrl-C.
        }
    }
}
