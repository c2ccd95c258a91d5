using Agent.Core.Attribution;
using Agent.Export;

namespace Agent.Reporting;

/// <summary>How the page looks: by the reader's own choice light or dark, from a phone's width to a wide screen's.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { --back: #fff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --tile: #f6f8fa;
          --generation: #0a7d4f; --prompt: #3ba776; --load: #b35900; --loaded_idle: #d89614; --idle: #8c959f; --embedding: #1f6feb;
          --pull: #8250df; --unmetered: #bf3989; --unobserved: #cf222e; --other: #57606a; }
        @media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #30363d; --tile: #161b22;
          --generation: #2ea56f; --prompt: #6fd3a3; --load: #e0823d; --loaded_idle: #e3b341; --idle: #6e7681; --embedding: #58a6ff;
          --pull: #a371f7; --unmetered: #db61a2; --unobserved: #f85149; --other: #9198a1; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; line-height: 1.2; margin: .5rem 0 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        p { margin: .4rem 0; max-width: 70ch; } .soft, small { color: var(--soft); }
        .totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
        .totals div { background: var(--tile); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
        dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; } dd.soft { font-size: .8rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; vertical-align: top; }
        th:first-child { text-align: left; } tbody th { font-weight: 600; white-space: normal; min-width: 12rem; } small { display: block; font-weight: 400; font-size: .8rem; }
        svg { display: block; width: 100%; height: auto; } svg text { fill: var(--text); font: 12px system-ui, sans-serif; } svg .soft { fill: var(--soft); }
        .chart { min-width: 40rem; } svg line { stroke: var(--line); } .bars { display: grid; grid-template-columns: minmax(6.5rem, max-content) max-content 1fr; gap: .3rem .75rem; align-items: center; }
        .bars b { font-weight: 400; height: .9rem; border-radius: 2px; min-width: 2px; } .bars span:nth-child(3n+2) { text-align: right; font-variant-numeric: tabular-nums; }
        .key { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; padding: 0; margin: .5rem 0; font-size: .85rem; }
        .key i { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .35rem; }
        summary { cursor: pointer; margin: .75rem 0; }
        @media print { body { font-size: 12px; } details { display: block; } }
        """;

    /// <summary>A category's colour.</summary>
    public static string Colour(Category category) => $"var(--{Labels.Of(category)})";
}
