namespace Agent.Config;

/// <summary>Everything an operator can set; the keys of joulet.yaml in snake_case.</summary>
/// <remarks>Properties have <c>set</c>, not <c>init</c>: source-generated binding loses the default of an <c>init</c>.</remarks>
internal sealed class AgentConfig
{
    /// <summary>Where /metrics, status and health are served, as address:port. Default 127.0.0.1:10056.</summary>
    public string Listen { get; set; } = "127.0.0.1:10056";

    public SamplingConfig Sampling { get; set; } = new();

    public PathsConfig Paths { get; set; } = new();

    public SensorsConfig Sensors { get; set; } = new();

    public OllamaConfig Ollama { get; set; } = new();

    public BaselineConfig Baseline { get; set; } = new();
}
