using System.Text.Encodings.Web;
using System.Text.Json;
using Agent.Core.Reports;
using Agent.Export;

namespace Agent.Web.Page;

/// <summary>Serves the page, and what changes on it.</summary>
/// <param name="snapshot">What is so now. It is not waited for until it is on the disk: a page is looked at, not counted with.</param>
/// <param name="past">The last hour.</param>
/// <param name="time">When to look again.</param>
/// <param name="stopping">The agent ends: so do the streams.</param>
internal sealed class PageEndpoints(Func<Snapshot> snapshot, Func<RecentPast> past, TimeProvider time, CancellationToken stopping)
{
    /// <summary>Pages that are kept up to date at once.</summary>
    private const int MostStreams = 8;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private int _streams;

    public Task PageAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = StatusPage.SecurityPolicy;
        }

        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(StatusPage.Render(snapshot(), past()), context.RequestAborted);
    }

    /// <summary>Server-sent events: at first all parts, then those that changed.</summary>
    public async Task EventsAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _streams) > MostStreams)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync($"{MostStreams} pages are kept up to date already.\n", context.RequestAborted);
                return;
            }

            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await StreamAsync(context.Response, either.Token);
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the agent ends.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task StreamAsync(HttpResponse response, CancellationToken cancel)
    {
        var shown = new Dictionary<string, string>();
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            var changed = StatusPage.Parts(snapshot(), past()).Where(part => shown.GetValueOrDefault(part.Id) != part.Html).ToArray();
            foreach (var (id, html) in changed)
            {
                shown[id] = html;
            }

            await response.WriteAsync($"data: {Json(changed)}\n\n", cancel);
            await response.Body.FlushAsync(cancel);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private static string Json((string Id, string Html)[] parts)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var (id, html) in parts)
            {
                json.WriteString(id, html);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
