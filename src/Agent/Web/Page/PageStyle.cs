using Agent.Reporting;

namespace Agent.Web.Page;

/// <summary>How the page looks: as reports do, with what it has beyond them.</summary>
internal static class PageStyle
{
    public const string Css = ReportStyle.Css + """

        header div, footer { max-width: 80rem; margin: 0 auto; padding: 1rem 1rem 0; } header div { display: flex; gap: 1rem; align-items: baseline; }
        footer { padding-bottom: 2rem; overflow-wrap: anywhere; } tbody th { min-width: 8.5rem; } @media (max-width: 30rem) { th, td { padding: .4rem .3rem; } } a { color: inherit; } .big { font-size: 1.2rem; max-width: 60ch; } strong.bad { color: var(--unobserved); }
        section { margin-top: 1.5rem; } ul { padding-left: 1.2rem; max-width: 80ch; } li { margin: .3rem 0; } li small { display: inline; }
        .totals svg { height: 2.5rem; margin-bottom: .2rem; } polyline { fill: none; stroke: var(--generation); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        svg.bar { height: 1.5rem; border-radius: .3rem; margin: .5rem 0; } svg.key { display: inline-block; width: .7rem; height: .7rem; margin: 0 .4rem 0 0; padding: 0; }
        table.text td, table.text th { text-align: left; white-space: normal; } thead th { vertical-align: bottom; white-space: normal; } .wide:focus-visible { outline: 2px solid var(--embedding); }
        .c-generation { fill: var(--generation); } .c-prompt { fill: var(--prompt); } .c-load { fill: var(--load); } .c-loaded_idle { fill: var(--loaded_idle); }
        .c-idle { fill: var(--idle); } .c-embedding { fill: var(--embedding); } .c-pull { fill: var(--pull); } .c-unmetered { fill: var(--unmetered); }
        .c-unobserved { fill: var(--unobserved); } .c-other { fill: var(--other); }
        """;
}
