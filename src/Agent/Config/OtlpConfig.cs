namespace Agent.Config;

/// <summary>Where metrics are sent by OTLP; what is null or empty here may come by OpenTelemetry's own environment variables.</summary>
internal sealed class OtlpConfig
{
    /// <summary>A collector's address; empty: metrics are sent only if the environment names one.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>grpc or http/protobuf.</summary>
    public string? Protocol { get; set; }

    /// <summary>Time between two exports.</summary>
    public TimeSpan? Interval { get; set; }
}
