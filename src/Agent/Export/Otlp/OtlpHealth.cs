using System.Net;

namespace Agent.Export.Otlp;

/// <summary>Whether the collector takes what it is sent; told in the log when that changes.</summary>
internal sealed partial class OtlpHealth(string endpoint, ILogger log)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, long> _failures = new() { ["unreachable"] = 0, ["timeout"] = 0, ["denied"] = 0, ["server"] = 0, ["refused"] = 0 };
    private bool? _up;
    private (string Reason, string Text) _last = ("server", "It does not say why.");

    /// <summary>Null before the first export.</summary>
    public bool? Up
    {
        get
        {
            lock (_sync)
            {
                return _up;
            }
        }
    }

    /// <summary>Exports that were not taken, by why.</summary>
    public IReadOnlyDictionary<string, long> Failures
    {
        get
        {
            lock (_sync)
            {
                return new Dictionary<string, long>(_failures);
            }
        }
    }

    /// <summary>What the collector answered, or did instead.</summary>
    public void Heard(HttpStatusCode status) => Heard(status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ("denied", $"It answers {(int)status}: look at OTEL_EXPORTER_OTLP_HEADERS."),
        >= HttpStatusCode.InternalServerError => ("server", $"It answers {(int)status}."),
        >= HttpStatusCode.BadRequest => ("refused", $"It answers {(int)status}: look at otlp.endpoint and otlp.protocol."),
        _ => ("refused", "It did not take them."),
    });

    public void Heard(Exception failure) => Heard(failure is OperationCanceledException
        ? ("timeout", "It did not answer in time.")
        : ("unreachable", failure.GetBaseException().Message));

    /// <summary>An export ended.</summary>
    public void Ended(bool taken)
    {
        lock (_sync)
        {
            var before = _up;
            _up = taken;
            if (!taken)
            {
                _failures[_last.Reason]++;
            }

            if (taken && before != true)
            {
                log.Taken(endpoint);
            }
            else if (!taken && before != false)
            {
                log.NotTaken(endpoint, _last.Text);
            }
        }
    }

    private void Heard((string, string) what)
    {
        lock (_sync)
        {
            _last = what;
        }
    }
}
