using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Where a runner is asked, and what is remembered between two questions.</summary>
internal sealed class RunnerEndpoint(Uri address)
{
    public Uri Metrics { get; } = new(address, "metrics");

    public Uri Slots { get; } = new(address, "slots");

    /// <summary>When <c>/metrics</c> said it is switched off; null while it did not.</summary>
    public Moment? MetricsOff { get; set; }
}
