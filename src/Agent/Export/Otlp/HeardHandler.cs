namespace Agent.Export.Otlp;

/// <summary>Hears what a collector answers: the exporter itself tells only that it failed.</summary>
internal sealed class HeardHandler(OtlpHealth health) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Heard(await base.SendAsync(request, cancellationToken));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            health.Heard(failure);
            throw;
        }
    }

    /// <summary>The exporter sends HTTP/1.1 in turn, on its own thread.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Heard(base.Send(request, cancellationToken));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            health.Heard(failure);
            throw;
        }
    }

    private HttpResponseMessage Heard(HttpResponseMessage answer)
    {
        health.Heard(answer.StatusCode);
        return answer;
    }
}
