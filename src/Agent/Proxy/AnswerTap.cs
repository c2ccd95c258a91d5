using System.Buffers;

namespace Agent.Proxy;

/// <summary>An answer's body on its way to the client, looked at when the client has it.</summary>
/// <param name="remover">Takes out what only the agent asked for; null where the answer passes as it is.</param>
internal sealed class AnswerTap(Stream client, ExchangeMeter meter, UsageChunkRemover? remover) : PassingStream(client)
{
    private readonly ArrayBufferWriter<byte> _cleaned = new();
    private bool _isGivenUp;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (remover is null)
        {
            await Inner.WriteAsync(buffer, cancellationToken); // the server flushes every write
        }
        else
        {
            Clean(buffer.Span);
            await SendCleanedAsync(cancellationToken);
        }

        meter.AnswerPassed(buffer.Span);
    }

    /// <summary>The answer is over, by its end or by a break: what was held back goes out.</summary>
    public ValueTask ReleaseAsync(CancellationToken cancel)
    {
        if (!_isGivenUp)
        {
            remover?.Finish(_cleaned);
        }

        return SendCleanedAsync(cancel);
    }

    /// <summary>A fault in taking out costs a count: from there on all passes as it is.</summary>
    private void Clean(ReadOnlySpan<byte> bytes)
    {
        if (!_isGivenUp)
        {
            try
            {
                remover!.Filter(bytes, _cleaned);
                return;
            }
            catch (Exception fault) when (meter.Contain(fault))
            {
                _isGivenUp = true;
            }
        }

        _cleaned.Write(bytes);
    }

    private async ValueTask SendCleanedAsync(CancellationToken cancel)
    {
        if (_cleaned.WrittenCount > 0)
        {
            await Inner.WriteAsync(_cleaned.WrittenMemory, cancel);
            _cleaned.ResetWrittenCount();
        }
    }
}
