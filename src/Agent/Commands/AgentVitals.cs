using Agent.Export;
using Agent.Export.Otlp;
using Agent.Grid;
using Agent.History;
using Agent.Ollama;
using Agent.Proxy;
using Agent.Web;
using Agent.Web.Access;

namespace Agent.Commands;

/// <summary>How the agent's own parts are: what of a snapshot is not in the ledger.</summary>
internal sealed class AgentVitals(ProcessVitals process)
{
    public StateKeeper? State { get; init; }

    public HistoryKeeper? History { get; init; }

    public GridPoller? Grid { get; init; }

    /// <summary>Null where Ollama's log is not read.</summary>
    public JournalReader? Journal { get; init; }

    public ProxyServer? Proxy { get; init; }

    public WebAccess? Access { get; init; }

    /// <summary>Set once it is made: it sends these vitals, too.</summary>
    public OtlpHealth? Otlp { get; set; }

    public required ScrapeCounts Scrapes { get; init; }

    public Vitals Now => process.Now with
    {
        ScrapesRefused = Scrapes.Refused,
        Web = Access is { } web ? (web.Up, web.Denied) : null,
        Otlp = Otlp is { } sent ? (sent.Up, sent.Failures) : null,
        ProxyLost = Proxy?.Lost.ToDictionary(lost => lost.Reason, lost => lost.Count),
        LogLines = Journal?.Counts.ByResult,
        Grid = Grid?.Health is { } health ? (health.Up, health.Failures.ToDictionary(pair => Labels.Of(pair.Key), pair => pair.Value)) : null,
        HistoryUp = History?.Up ?? (State is null ? null : false),
        State = State is { } state
            ? new StateVitals(state.Up, state.Age?.TotalSeconds, state.Failures.ToDictionary(failure => Labels.Of(failure.Key), failure => failure.Value))
            : null,
    };
}
