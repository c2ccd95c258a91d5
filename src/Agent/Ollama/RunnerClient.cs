using System.Buffers;
using System.Net;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>Asks runners what they do. Only loopback, no proxy, no redirects; what they say beside numbers is not kept.</summary>
internal sealed class RunnerClient(MonotonicClock clock) : IDisposable
{
    private const int MaxMetrics = 1024 * 1024;

    private const int MaxSlots = 4 * 1024 * 1024;

    /// <summary>A runner answers between two batches; on a slow processor one of them takes many seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary><c>/metrics</c> is switched on or off when the process starts, so asking again is for surprises.</summary>
    private static readonly TimeSpan MetricsOffHolds = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4), // llama-server closes after 5 s
        ResponseDrainTimeout = TimeSpan.Zero, // what is too long is not read to its end
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // bounded by the token
    };

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// Asks <c>/metrics</c>, then <c>/slots</c>. In this order: when a task ends between the two, its tokens are in
    /// neither answer and come with the next, while the other way round they would be counted twice.
    /// </summary>
    /// <exception cref="OperationCanceledException">The question was withdrawn.</exception>
    public async Task<RunnerReply> AskAsync(RunnerEndpoint runner, CancellationToken withdrawn)
    {
        using var patience = new CancellationTokenSource(Patience, clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(withdrawn, patience.Token);
        try
        {
            return await AskInOrderAsync(runner, either.Token);
        }
        catch (OperationCanceledException) when (!withdrawn.IsCancellationRequested)
        {
            return new RunnerReply.Nothing($"It did not answer within {Patience.TotalSeconds:0} s.");
        }
        catch (HttpRequestException error)
        {
            return new RunnerReply.Nothing($"Its port could not be asked: {error.Message}");
        }
        catch (IOException error)
        {
            return new RunnerReply.Nothing($"It broke off its answer: {error.Message}");
        }
    }

    private async Task<RunnerReply> AskInOrderAsync(RunnerEndpoint runner, CancellationToken stop)
    {
        RunnerCounters? counters = null;
        if (runner.MetricsOff is not { } since || clock.Now - since >= MetricsOffHolds)
        {
            var metrics = await GetAsync(runner.Metrics, MaxMetrics, MetricsText.Parse, stop);
            if (metrics.Status == HttpStatusCode.ServiceUnavailable)
            {
                return new RunnerReply.Answered(clock.Now, new RunnerAnswer.Loading());
            }

            runner.MetricsOff = IsOff(metrics.Status) ? clock.Now : null;
            counters = metrics.Content;
            if (counters is null && !IsOff(metrics.Status))
            {
                return Unusable(runner.Metrics, metrics.Status);
            }
        }

        var slots = await GetAsync(runner.Slots, MaxSlots, SlotsJson.Parse, stop);
        if (slots.Status == HttpStatusCode.ServiceUnavailable)
        {
            return new RunnerReply.Answered(clock.Now, new RunnerAnswer.Loading());
        }

        return slots.Content is not null || IsOff(slots.Status)
            ? new RunnerReply.Answered(clock.Now, new RunnerAnswer.Serving(slots.Content, counters))
            : Unusable(runner.Slots, slots.Status);
    }

    private static bool IsOff(HttpStatusCode status) => status is HttpStatusCode.NotImplemented or HttpStatusCode.NotFound;

    private static RunnerReply.Nothing Unusable(Uri address, HttpStatusCode status) => new(
        status == HttpStatusCode.OK
            ? $"Its {address.AbsolutePath} is not in the form this agent knows."
            : $"Its {address.AbsolutePath} answered with status {(int)status}.");

    /// <summary>One call. There is content only where the status is 200, the answer not too long, and it could be read.</summary>
    private async Task<(HttpStatusCode Status, T? Content)> GetAsync<T>(
        Uri address, int limit, Func<ReadOnlySpan<byte>, T?> parse, CancellationToken stop)
    {
        using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (response.StatusCode, default);
        }

        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), stop) is > 0 and var read)
            {
                length += read;
                if (length > limit)
                {
                    return (response.StatusCode, default);
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
            }

            return (response.StatusCode, parse(buffer.AsSpan(0, length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // a runner in debug mode shows prompts in its slots
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return larger;
    }
}
