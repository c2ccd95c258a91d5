using System.Text;
using Agent.Core.Attribution;
using Agent.Export;

namespace Agent.Tests.Recording;

/// <summary>A ledger as <c>/metrics</c> shows it.</summary>
internal static class MetricsText
{
    public static async Task<string> OfAsync(Ledger ledger, Vitals? vitals = null)
    {
        using var text = new MemoryStream();
        await new PrometheusExposition(MetricCatalog.Rows(severalOllamas: false))
            .WriteAsync(new Snapshot(ledger, vitals ?? new Vitals("1.2.3", 0, 0, 0, OpenFiles: null)), text, ExpositionFormat.Text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
