namespace Agent.Web.Access;

/// <summary>Who may ask, as the web-config file of the Prometheus exporters writes it.</summary>
internal sealed class WebConfig
{
    public TlsFiles Tls { get; } = new();

    /// <summary>HTTP/2, over TLS only.</summary>
    public bool Http2 { get; set; } = true;

    /// <summary>Headers that go with every answer.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>bcrypt hashes of passwords by user; empty: nobody is asked for one.</summary>
    public Dictionary<string, string> Users { get; } = [];

    /// <summary>Time between two requests in the long run; zero: no limit.</summary>
    public TimeSpan RateInterval { get; set; }

    /// <summary>Requests at once that are let through nevertheless.</summary>
    public int RateBurst { get; set; }
}
