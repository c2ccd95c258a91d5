using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.Export;
using Agent.History;
using Agent.Metering;
using Agent.Ollama;
using Agent.Proxy;
using Agent.Sensors;
using Agent.Web;
using Agent.Web.Access;
using Agent.Web.Page;

namespace Agent.Commands;

/// <summary>The one place where the agent is put together, in the order in which data flows.</summary>
internal static class AgentHost
{
    /// <summary>Events that may wait: some seconds of the busiest machine. Past it the sampler waits; nothing is dropped.</summary>
    private const int MostWaiting = 4096;

    /// <summary>An agent over these sensors; not started yet.</summary>
    /// <param name="store">Where it is kept over restarts, with the clock that goes with it; null: nowhere.</param>
    /// <param name="access">Who may ask it; null: whoever reaches it.</param>
    public static AgentParts Build(
        AgentConfig config, SensorCatalog sensors, MonotonicClock clock, StateStore? store, WebAccess? access, ILoggerFactory logs)
    {
        var control = AgentControl.Listen(store, logs.CreateLogger("joulet"));
        var builder = Builder(config, control, access, logs);
        var events = Channel.CreateBounded<LedgerEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        var ollamas = Upstream.All(config.Ollama);
        var empty = Empty(config, ollamas[0]);
        var start = store?.Restore(empty) ?? empty;
        var calendar = FootprintParts.Calendar(config, store, clock, events.Writer, logs);
        var grid = FootprintParts.Poller(config.Carbon, store, clock, events.Writer, logs);
        var keeper = new LedgerKeeper(events.Reader, start, new LedgerLog(logs.CreateLogger<LedgerLog>()), clock.Time)
        {
            First = new([new LedgerEvent.IntensityTold(clock.Now, grid?.Now ?? FootprintParts.Known(config.Carbon)), .. calendar.Begin()]),
        };
        var state = store is null ? null : new StateKeeper(store.Folder, store.Fault, () => keeper.Current, store.Commit, clock, logs.CreateLogger<StateKeeper>());
        var history = FootprintParts.History(config, store, start, () => keeper.Current, clock, events.Writer, logs);
        var runners = new RunnerPoller(config.Ollama, config.Paths, clock, logs.CreateLogger<RunnerPoller>());
        var watchers = ollamas.Select(ollama => Watcher(ollama, config.Ollama, start, runners, clock, events.Writer, logs));
        var sampler = new Sampler(sensors.All, runners, sensors.Nvml.RefreshProcesses, events.Writer, config.Sampling, clock);
        var journal = Journal(config.Ollama, start, ollamas[0], clock, events.Writer, logs);
        var proxy = Proxy(config.Ollama, ollamas[0], keeper, clock, events.Writer, logs);
        var memory = new PageMemory(() => keeper.Current, clock.Time);
        BackgroundService[] services = [.. state is null ? (BackgroundService[])[] : [state], .. history is null ? (BackgroundService[])[] : [history], keeper, calendar, .. grid is null ? (BackgroundService[])[] : [grid], .. watchers, journal, memory, sampler];
        Array.ForEach(services, service => builder.Services.AddSingleton<IHostedService>(service));
        if (proxy is not null)
        {
            builder.Services.AddSingleton<IHostedService>(_ => proxy); // made by a function, it is disposed with the rest
        }

        var vitals = new AgentVitals(new ProcessVitals(clock.Time))
        {
            State = state,
            History = history,
            Grid = grid,
            Journal = config.Ollama.JournalUnit.Length > 0 ? journal : null,
            Proxy = proxy,
            Access = access,
            Scrapes = new ScrapeCounts(),
        };
        var rows = MetricCatalog.Rows(ollamas.Count > 1);
        if (OtlpParts.Export(config.Otlp, rows, ShownAsync, logs) is { } otlp)
        {
            vitals.Otlp = otlp.Health;
            builder.Services.AddSingleton<IHostedService>(_ => otlp); // made by a function, it is disposed with the rest
        }

        var app = builder.Build();
        app.UseControl(AgentControl.Actions(new NvmlControl(sensors.Nvml, config, clock), () => keeper.Current));
        if (access is not null)
        {
            app.UseAccess(access);
        }

        app.MapAgent(
            new MetricsEndpoint(rows, ShownAsync, vitals.Scrapes, clock.Time),
            new PageEndpoints(() => new Snapshot(keeper.Current, vitals.Now), () => memory.Past, clock.Time, app.Lifetime.ApplicationStopping),
            () => keeper.Current.LastTick is not null);
        return new AgentParts(app, keeper, services, control);

        async ValueTask<Snapshot> ShownAsync(CancellationToken stop) => new(state is null ? keeper.Current : await state.ShownAsync(stop), vitals.Now);
    }

    /// <summary>An empty one: any other reads appsettings.json where it was started, and watches every folder below.</summary>
    private static WebApplicationBuilder Builder(AgentConfig config, Socket? control, WebAccess? access, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSystemd();
        builder.WebHost.Listen(IPEndPoint.Parse(config.Listen), control, access);
        return builder;
    }

    /// <summary>What the operator set, and nothing measured.</summary>
    private static Ledger Empty(AgentConfig config, Upstream first) => Ledger.Empty with
    {
        Footprint = FootprintBook.Empty with { Rules = FootprintParts.Rules(config.Carbon) },
        Proxied = config.Ollama.ProxyListen.Length > 0 ? [first.Name] : [],
        IdleWatts = Ledger.Empty.IdleWatts.AddRange(
            config.Baseline.IdleWatts.Select(pair => KeyValuePair.Create(pair.Key, new Watts(pair.Value)))),
    };

    private static OllamaWatcher Watcher(
        Upstream ollama, OllamaConfig config, Ledger start, RunnerPoller runners, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILoggerFactory logs)
    {
        var api = new OllamaApi(ollama);
        return new OllamaWatcher(
            ollama,
            api,
            runners.Rosters[ollama.Name],
            new ModelNamer(api, everyName: start.Proxied.Contains(ollama.Name), logs.CreateLogger<ModelNamer>()),
            events,
            config.PollInterval,
            clock,
            logs.CreateLogger<OllamaWatcher>());
    }

    private static JournalReader Journal(
        OllamaConfig config, Ledger start, Upstream ollama, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILoggerFactory logs) => new(
            config.JournalUnit,
            JournalSource.OfSystem(),
            start.LogPlaces.GetValueOrDefault(ollama.Name)?.Place,
            ollama.Name,
            clock,
            events,
            logs.CreateLogger<JournalReader>());

    private static ProxyServer? Proxy(
        OllamaConfig config, Upstream ollama, LedgerKeeper keeper, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILoggerFactory logs) =>
        config.ProxyListen.Length == 0 ? null : new ProxyServer(
            IPEndPoint.Parse(config.ProxyListen),
            ollama,
            ollama.Name,
            clock,
            events,
            model => keeper.Current.IsRead(model, ollama.Name),
            logs);
}
