using System.Net;
using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.Export;
using Agent.Metering;
using Agent.Ollama;
using Agent.Proxy;
using Agent.Sensors;
using Agent.Web;

namespace Agent.Commands;

/// <summary>The one place where the agent is put together, in the order in which data flows.</summary>
internal static class AgentHost
{
    /// <summary>Events that may wait: some seconds of the busiest machine. Past it the sampler waits; nothing is dropped.</summary>
    private const int MostWaiting = 4096;

    /// <summary>The name of an Ollama that needs none.</summary>
    private const string OnlyOllama = "";

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
            Proxied = config.Ollama.ProxyListen.Length > 0 ? [OnlyOllama] : [],
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
        var journal = new JournalReader(
            config.Ollama.JournalUnit,
            JournalSource.OfSystem(),
            config.Paths.State,
            OnlyOllama,
            clock,
            events.Writer,
            logs.CreateLogger<JournalReader>());
        var proxy = Proxy(config.Ollama, keeper, clock, events.Writer, logs);
        BackgroundService[] services = [keeper, watcher, journal, sampler];
        foreach (var service in services)
        {
            builder.Services.AddSingleton<IHostedService>(service);
        }

        if (proxy is not null)
        {
            builder.Services.AddSingleton<IHostedService>(proxy);
        }

        var vitals = new ProcessVitals(clock.Time);
        var app = builder.Build();
        app.MapAgent(() => new Snapshot(keeper.Current, vitals.Now with
        {
            ProxyLost = proxy?.Lost.ToDictionary(lost => lost.Reason, lost => lost.Count),
            LogLines = config.Ollama.JournalUnit.Length > 0 ? journal.Counts.ByResult : null,
        }));
        return new AgentParts(app, keeper, services);
    }

    private static ProxyServer? Proxy(
        OllamaConfig config, LedgerKeeper keeper, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILoggerFactory logs) =>
        config.ProxyListen.Length == 0 ? null : new ProxyServer(
            IPEndPoint.Parse(config.ProxyListen),
            Upstream.Parse(config.Upstream),
            OnlyOllama,
            clock,
            events,
            model => keeper.Current.IsRead(model, OnlyOllama),
            logs);
}
