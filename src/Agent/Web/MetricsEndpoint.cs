using System.Globalization;
using System.IO.Compression;
using System.Threading.RateLimiting;
using Agent.Export;
using Microsoft.Net.Http.Headers;

namespace Agent.Web;

/// <summary>Answers scrapes: in the format, the encoding and the time the scraper asks for, a few of them at once.</summary>
internal sealed class MetricsEndpoint(
    IReadOnlyList<MetricRow> rows, Func<CancellationToken, ValueTask<Snapshot>> snapshot, ScrapeCounts counts, TimeProvider time)
    : IDisposable
{
    /// <summary>In the way a scraper of Prometheus tells how long it waits, in seconds.</summary>
    public const string TimeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds";

    /// <summary>Scrapes at once: they are answered in turn, and who comes later is better served by another attempt.</summary>
    private const int MostScrapes = 8;

    /// <summary>Bytes of text with two GPUs and some models.</summary>
    private const int UsualLength = 64 * 1024;

    /// <summary>Part of a scraper's patience that is left to the network.</summary>
    private static readonly TimeSpan Transfer = TimeSpan.FromMilliseconds(250);

    /// <summary>Who does not say how long it waits has Prometheus' own patience.</summary>
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(10);

    private readonly PrometheusExposition _exposition = new(rows);
    private readonly ConcurrencyLimiter _turn = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = 1,
        QueueLimit = MostScrapes - 1,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task AnswerAsync(HttpContext context)
    {
        using var patience = new CancellationTokenSource(Patience(context.Request), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        var format = ExpositionFormats.Of(context.Request.GetTypedHeaders().Accept);
        using var text = new MemoryStream(UsualLength);
        try
        {
            if (!await TryWriteAsync(text, format, either.Token))
            {
                counts.Busy();
                await RefuseAsync(context, $"{MostScrapes} scrapes are being answered: ask again.\n");
                return;
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            counts.Late();
            await RefuseAsync(context, "The metrics could not be told in the time that the scraper waits.\n");
            return;
        }

        await SendAsync(context, text, ExpositionFormats.ContentType(format));
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Written aside first: a scraper that reads slowly keeps nobody waiting.</summary>
    private async Task<bool> TryWriteAsync(MemoryStream text, ExpositionFormat format, CancellationToken cancel)
    {
        using var turn = await _turn.AcquireAsync(1, cancel);
        if (turn.IsAcquired)
        {
            await _exposition.WriteAsync(await snapshot(cancel), text, format, cancel);
        }

        return turn.IsAcquired;
    }

    private static async Task SendAsync(HttpContext context, MemoryStream text, string contentType)
    {
        var headers = context.Response.GetTypedHeaders();
        context.Response.ContentType = contentType;
        headers.Append(HeaderNames.Vary, $"{HeaderNames.Accept}, {HeaderNames.AcceptEncoding}");
        text.Position = 0;
        if (TakesGzip(context.Request.GetTypedHeaders().AcceptEncoding))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var packed = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await text.CopyToAsync(packed, context.RequestAborted);
            return;
        }

        context.Response.ContentLength = text.Length;
        await text.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
        return context.Response.WriteAsync(why, context.RequestAborted);
    }

    /// <summary>gzip is taken where it is named, or all that is not named is; a quality of 0 refuses it.</summary>
    private static bool TakesGzip(IList<StringWithQualityHeaderValue> accepted)
    {
        var named = accepted.FirstOrDefault(value => value.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(value => value.Value == "*");
        return named is not null && named.Quality is not 0;
    }

    private static TimeSpan Patience(HttpRequest request)
    {
        if (!double.TryParse(request.Headers[TimeoutHeader], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds <= 0)
        {
            return UsualPatience;
        }

        var told = TimeSpan.FromSeconds(Math.Min(seconds, UsualPatience.TotalSeconds));
        return told - (Transfer < told / 2 ? Transfer : told / 2);
    }
}
