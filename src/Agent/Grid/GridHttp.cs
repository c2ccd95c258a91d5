using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;

namespace Agent.Grid;

/// <summary>Asks a provider over HTTP: no redirects, no cookies, little patience for long answers. The key is in no reason.</summary>
internal sealed class GridHttp : IDisposable
{
    private const int MaxAnswer = 1 << 20;

    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(10), LongestRetry = TimeSpan.FromDays(1);

    private readonly HttpClient _http;
    private readonly TimeSpan _patience;

    /// <summary>A client of its own.</summary>
    /// <param name="patience">For a whole answer.</param>
    public GridHttp(TimeSpan? patience = null)
    {
        _patience = patience ?? TimeSpan.FromSeconds(20);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the key would go along
            UseCookies = false,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            AutomaticDecompression = DecompressionMethods.GZip,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // bounded by the token
        };
        var version = typeof(GridHttp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("joulet", version));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Asks, and reads what is answered.</summary>
    /// <param name="address">Where; no key in it.</param>
    /// <param name="headers">What goes along: the key.</param>
    /// <param name="known">What is known already.</param>
    /// <param name="read">Makes values of JSON, or says why it is none. May throw what JSON of another form makes it.</param>
    public async Task<GridAnswer> AskAsync(
        Uri address,
        (string Name, string Value)? headers,
        GridValidators known,
        DateTimeOffset now,
        Func<JsonElement, (IEnumerable<GridValue> Values, string? Problem)> read,
        CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_patience);
        var place = address.GetLeftPart(UriPartial.Authority);
        try
        {
            using var request = Request(address, headers, known);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (OfStatus(response, place, now) is { } answer)
            {
                return answer;
            }

            if (await BodyAsync(response, patience.Token) is not { } body)
            {
                return new GridAnswer.Failed(GridFailure.Answer, $"{place} answers with more than {MaxAnswer >> 10} kB.");
            }

            using var document = JsonDocument.Parse(body);
            var (values, problem) = read(document.RootElement);
            GridValue[] told = [.. values.Where(value => GridValue.IsValid(value.Grams)).OrderBy(value => value.From)];
            return problem is not null ? new GridAnswer.Failed(GridFailure.Answer, problem)
                : told.Length == 0 ? new GridAnswer.Failed(GridFailure.Answer, $"{place} tells no intensity for now.")
                : new GridAnswer.Told([.. told], new GridValidators(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new GridAnswer.Failed(GridFailure.Timeout, $"{place} did not answer within {_patience.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException failure)
        {
            return new GridAnswer.Failed(GridFailure.Unreachable, $"{place} cannot be reached: {failure.HttpRequestError}.");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or IOException or InvalidDataException or IndexOutOfRangeException or ArgumentException) // of another form, packed wrongly, or of a year that is none
        {
            return new GridAnswer.Failed(GridFailure.Answer, $"{place} answers something else than it documents.");
        }
    }

    private static HttpRequestMessage Request(Uri address, (string Name, string Value)? header, GridValidators known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (known.ETag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        request.Headers.IfModifiedSince = known.LastModified;
        return request;
    }

    /// <summary>Errors come before any body: it may be plain text.</summary>
    private static GridAnswer? OfStatus(HttpResponseMessage response, string place, DateTimeOffset now)
    {
        var retry = RetryAfter(response, now);
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.OK => null,
            HttpStatusCode.NotModified => new GridAnswer.NotModified(),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new GridAnswer.Failed(GridFailure.Denied, $"{place} refuses the key, or the key is not for this zone (status {status}).", retry),
            HttpStatusCode.TooManyRequests => new GridAnswer.Failed(GridFailure.Quota, $"{place} is asked too often (status 429).", retry),
            >= HttpStatusCode.InternalServerError => new GridAnswer.Failed(GridFailure.Server, $"{place} fails (status {status}).", retry),
            _ => new GridAnswer.Failed(GridFailure.Answer, $"{place} answers with status {status}: is the zone one of its own?", retry),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = response.Headers.RetryAfter is { } retry ? retry.Delta ?? (retry.Date - now) : null;
        return asked is { } time ? (time < ShortestRetry ? ShortestRetry : time > LongestRetry ? LongestRetry : time) : null;
    }

    /// <summary>All of it; null where it is too long, and is not read to its end then.</summary>
    private static async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var body = new byte[MaxAnswer + 1];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancel);
        return length > MaxAnswer ? null : body[..length];
    }
}
