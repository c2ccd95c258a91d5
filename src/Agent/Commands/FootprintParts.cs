using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Grid;
using Agent.History;
using Agent.Tariffs;

namespace Agent.Commands;

/// <summary>What reckons emissions and cost, and keeps hours.</summary>
internal static partial class FootprintParts
{
    private const double SecondsPerYear = 365.25 * 24 * 3600;

    public static FootprintRules Rules(CarbonConfig config) => new()
    {
        Pue = config.Pue,
        RenewableShare = config.RenewableShare,
        ContractGramsPerKilowattHour = config.ContractGramsPerKwh,
        ResidualGramsPerKilowattHour = config.ResidualGramsPerKwh,
        EmbodiedGramsPerSecond = config.EmbodiedKilograms * 1000 / (config.EmbodiedYears * SecondsPerYear) ?? 0,
    };

    /// <summary>The intensity that is known without asking anybody.</summary>
    public static CarbonIntensity Known(CarbonConfig config) => config.GramsPerKwh is { } grams
        ? new CarbonIntensity(grams, "fixed", config.Zone, IntensityTier.Fixed)
        : (config.Provider == "uk" ? GridTable.Find("GB") : GridTable.Find(config.Zone)) is { } row
            ? new CarbonIntensity(row.Grams, "static", row.Code, IntensityTier.Static) { Scope = EmissionScope.Lifecycle }
            : new CarbonIntensity(GridTable.Find("")!.Grams, "static", "ZZ", IntensityTier.Static) { Scope = EmissionScope.Lifecycle };

    /// <summary>Null where nobody is to be asked.</summary>
    public static GridPoller? Poller(
        CarbonConfig config, StateStore? store, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILoggerFactory logs)
    {
        if (config.GramsPerKwh is not null || Provider(config, new GridHttp()) is not { } provider)
        {
            return null;
        }

        var cache = store is null ? null : new GridCache(Path.Combine(store.Folder, "grid.json"), $"{provider.Name} {provider.Zone} {config.Scope}");
        return new GridPoller(
            provider, Known(config), cache, provider is FileIntensity ? provider.ShortestInterval : config.Interval, Random.Shared.NextDouble, clock, events, logs.CreateLogger<GridPoller>());
    }

    /// <summary>Who is asked; null for nobody.</summary>
    public static IIntensityProvider? Provider(CarbonConfig config, GridHttp http)
    {
        string At(string usual) => config.Endpoint.Length > 0 ? config.Endpoint.TrimEnd('/') : usual;
        return config.Provider switch
        {
            "electricity_maps" => new ElectricityMaps(http, config.Zone, config.Scope, () => Token(config), At(ElectricityMaps.Public)),
            "uk" => new UkCarbonIntensity(http, config.Zone, At(UkCarbonIntensity.Public)),
            "energy_charts" => new EnergyCharts(http, config.Zone, At(EnergyCharts.Public)),
            "file" => new FileIntensity(config.File, config.Zone),
            _ => null,
        };
    }

    /// <summary>Null where no price is set.</summary>
    public static IPriceSource? Prices(AgentConfig config, Action<string> warn) => config.Cost switch
    {
        { File.Length: > 0 } cost => new FilePrice(cost.File, cost.PricePerKwh, cost.Currency, warn),
        { PricePerKwh: null, TimeOfUse.Count: 0 } => null,
        var cost => new ConfiguredPrice(new Tariff([.. cost.TimeOfUse.Values], cost.PricePerKwh, config.Zone), cost.Currency),
    };

    public static Calendar Calendar(AgentConfig config, StateStore? store, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILoggerFactory logs)
    {
        var log = logs.CreateLogger("joulet");
        return new Calendar(
            Prices(config, problem => log.PriceFile(problem)), config.Cost.Currency, config.Zone, keepsHours: store is not null, store?.Ended, clock, events);
    }

    /// <summary>Null where nothing is kept over restarts, or another agent keeps it.</summary>
    public static HistoryKeeper? History(
        AgentConfig config, StateStore? store, Ledger start, Func<Ledger> current, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILoggerFactory logs) =>
        store is null or { Fault.Reason: StateReason.Locked } ? null : new HistoryKeeper(
            new StateFolder(store.Folder, StateFolder.HistoryName), config.History.RetentionDays, new HistoryStart(start.Hours, store.Ended is not null), current, clock, events, logs.CreateLogger<HistoryKeeper>());

    /// <summary>Read anew each time, for it may be changed; a file that cannot be read is a key that is refused.</summary>
    private static string Token(CarbonConfig config)
    {
        try
        {
            return config.TokenFile.Length == 0 ? config.Token : File.ReadLines(config.TokenFile).FirstOrDefault("").Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "cost.file: {Problem} What was read before holds, else cost.price_per_kwh.")]
    private static partial void PriceFile(this ILogger log, string problem);
}
