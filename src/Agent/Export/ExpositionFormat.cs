namespace Agent.Export;

/// <summary>How metrics are written.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus' text, version 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics' text, version 1.0.0.</summary>
    OpenMetrics,
}
