using System.Security.Cryptography;
using System.Text;
using Agent.Core.Reports;
using Agent.Export;

namespace Agent.Web.Page;

/// <summary>The page at <c>/</c>: complete as it is served, kept up to date by events where scripts run.</summary>
internal static class StatusPage
{
    /// <summary>Nothing from elsewhere, and of its own only what stands here.</summary>
    public static string SecurityPolicy { get; } =
        $"default-src 'none'; style-src '{Hash(PageStyle.Css)}'; script-src '{Hash(PageScript.Code)}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The parts that change, by the id of the element they fill.</summary>
    public static IReadOnlyList<(string Id, string Html)> Parts(Snapshot snapshot, RecentPast past) =>
    [
        ("summary", NowParts.Summary(snapshot, past)),
        ("now", NowParts.Power(snapshot, past)),
        ("spent", SpentParts.Hour(snapshot, past)),
        ("models", ModelParts.Table(snapshot, past)),
        ("footprint", SpentParts.Footprint(snapshot, past)),
        ("machine", MachineParts.State(snapshot)),
        ("advice", MachineParts.Advice(snapshot)),
        ("sensors", MachineParts.Sensors(snapshot)),
    ];

    public static string Render(Snapshot snapshot, RecentPast past)
    {
        var parts = Parts(snapshot, past).ToDictionary(part => part.Id, part => part.Html);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <noscript><meta http-equiv="refresh" content="10"></noscript>
            <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230a7d4f' d='M9 0 3 9h4l-1 7 7-10H9z'/%3E%3C/svg%3E">
            <title>joulet: what this machine's models cost in energy</title>
            <style>{PageStyle.Css}</style>
            </head>
            <body>
            <header><div><h1>joulet</h1><p id="live" class="soft">As of when this page was loaded</p></div></header>
            <main>
            {Part("summary")}
            {Section("Drawn now", "now", "")}
            {Section("Where the last hour's energy went", "spent", "")}
            {Section("Models", "models", "J/token: joules per generated token, over the last hour. Active is reading prompts and writing answers alone; full adds loading, lying in memory, and a share of what the machine draws at rest.")}
            {Section("CO2 and cost", "footprint", "")}
            {Section("The machine", "machine", "")}
            {Section("What could be better", "advice", "")}
            {Section("Sensors", "sensors", "")}
            </main>
            <footer><p class="soft">joulet {Html.Text(snapshot.Vitals.Version)} · <a href="metrics">metrics for Prometheus</a></p></footer>
            <script>{PageScript.Code}</script>
            </body>
            </html>

            """;

        string Part(string id) => $"<div id=\"{id}\">{parts[id]}</div>";

        string Section(string heading, string id, string note) =>
            $"<section aria-labelledby=\"h-{id}\"><h2 id=\"h-{id}\">{heading}</h2>{Part(id)}{(note.Length > 0 ? $"<p class=\"soft\">{note}</p>" : "")}</section>";
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
