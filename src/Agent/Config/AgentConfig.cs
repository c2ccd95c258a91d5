namespace Agent.Config;

/// <summary>What an operator can set. <see cref="ConfigKeys"/> names the keys, reads and checks them.</summary>
internal sealed class AgentConfig
{
    /// <summary>Where /metrics, status and health are served, as address:port. Default 127.0.0.1:10056.</summary>
    public string Listen { get; set; } = "127.0.0.1:10056";

    /// <summary>Who may ask there: a file in the web-config format of the Prometheus exporters; empty for whoever reaches it.</summary>
    public string WebConfigFile { get; set; } = "";

    public SamplingConfig Sampling { get; set; } = new();

    public PathsConfig Paths { get; set; } = new();

    public SensorsConfig Sensors { get; set; } = new();

    public EstimateConfig Estimate { get; set; } = new();

    public PowerStateConfig PowerState { get; set; } = new();

    public OllamaConfig Ollama { get; set; } = new();

    public BaselineConfig Baseline { get; set; } = new();

    /// <summary>By whose clocks hours, days and prices are; empty: the machine's.</summary>
    public string TimeZone { get; set; } = "";

    public CarbonConfig Carbon { get; } = new();

    public CostConfig Cost { get; } = new();

    public HistoryConfig History { get; } = new();

    public OtlpConfig Otlp { get; } = new();

    /// <summary>The time zone itself.</summary>
    public TimeZoneInfo Zone => TimeZone.Length == 0 ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
}
