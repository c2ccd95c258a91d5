using Agent.Export;
using Microsoft.Net.Http.Headers;

namespace Agent.Web;

/// <summary>Which format a scraper asks for.</summary>
internal static class ExpositionFormats
{
    private static readonly string[] OpenMetricsVersions = ["1.0.0", "0.0.1"];

    /// <summary>OpenMetrics where the scraper likes it at least as well as plain text, in a version there is; else plain text.</summary>
    public static ExpositionFormat Of(IList<MediaTypeHeaderValue> accepted)
    {
        var openMetrics = accepted.Where(type => type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) && HasVersion(type)).ToArray();
        return openMetrics.Length > 0 && Best(openMetrics) is > 0 and var liking && liking >= Best(accepted.Where(IsPlain))
            ? ExpositionFormat.OpenMetrics
            : ExpositionFormat.Text;
    }

    public static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    private static bool IsPlain(MediaTypeHeaderValue type) => type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase);

    private static bool HasVersion(MediaTypeHeaderValue type) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase)) is not { } version
        || OpenMetricsVersions.Contains($"{version.GetUnescapedValue()}");

    private static double Best(IEnumerable<MediaTypeHeaderValue> types) => types.Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
}
