using System.Net;
using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.Metering;
using Agent.Ollama;
using Agent.Sensors;
using Agent.Web;

namespace Agent.Commands;

/// <summary>The one place where the agent is put together, in the order in which data flows.</summary>
internal static class AgentHost
{
    /// <summary>Events that may wait: some seconds of the busiest machine. Past it the sampler waits; nothing is dropped.</summary>
    private const int MostWaiting = 4096;

    /// <summary>An agent over these sensors; not started yet.</summary>
    public static AgentParts Build(
        AgentConfig config, SensorCatalog sensors, MonotonicClock clock, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSystemd();
        builder.WebHost.Listen(IPEndPoint.Parse(config.Listen));

        var events = Channel.CreateBounded<LedgerEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        var start = Ledger.Empty with
        {
            IdleWatts = Ledger.Empty.IdleWatts.AddRange(
                config.Baseline.IdleWatts.Select(pair => KeyValuePair.Create(pair.Key, new Watts(pair.Value)))),
        };
        var keeper = new LedgerKeeper(events.Reader, start, new LedgerLog(logs.CreateLogger<LedgerLog>()));
        var runners = new RunnerPoller(config.Ollama, config.Paths, clock, logs.CreateLogger<RunnerPoller>());
        var api = new OllamaApi(Upstream.Parse(config.Ollama.Upstream));
        var watcher = new OllamaWatcher(
            api,
            runners.Roster,
            new ModelNamer(api, logs.CreateLogger<ModelNamer>()),
            events.Writer,
            config.Ollama.PollInterval,
            clock,
            logs.CreateLogger<OllamaWatcher>());
        var sampler = new Sampler(sensors.All, runners, sensors.PlaceRunners, events.Writer, config.Sampling, clock);
        BackgroundService[] services = [keeper, watcher, sampler];
        foreach (var service in services)
        {
            builder.Services.AddSingleton<IHostedService>(service);
        }

        var app = builder.Build();
        app.MapAgent(() => keeper.Current, new ProcessVitals(clock.Time));
        return new AgentParts(app, keeper, services);
    }
}
