namespace Agent.Tests.Proxy;

/// <summary>Answers as a real Ollama was recorded to answer: the same bytes in the same pieces, with their pauses a hundredth as long.</summary>
internal static class RecordedOllama
{
    private const double Hurry = 0.01;

    public static ScriptedUpstream Replay(RecordedExchange exchange) => new(connection => AnswerAsync(connection, exchange));

    /// <summary>Sends the recorded answer once.</summary>
    public static async Task SendAsync(RawConnection connection, RecordedExchange exchange)
    {
        var at = TimeSpan.Zero;
        foreach (var read in exchange.Reads)
        {
            if ((read.At - at) * Hurry is { TotalMilliseconds: >= 1 } pause)
            {
                await Task.Delay(pause);
                at = read.At;
            }

            await connection.SendAsync(read.Bytes);
        }
    }

    private static async Task AnswerAsync(RawConnection connection, RecordedExchange exchange)
    {
        while (await connection.ReceiveRequestAsync() is not null)
        {
            await SendAsync(connection, exchange);
            if (exchange.End == RecordedEnd.ServerClosed)
            {
                connection.Dispose();
                return;
            }
        }
    }
}
