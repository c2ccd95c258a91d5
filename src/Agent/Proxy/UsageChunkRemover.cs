using System.Buffers;

namespace Agent.Proxy;

/// <summary>
/// Takes out of an OpenAI stream what is in it only because its usage was asked for (<see cref="UsageInjection"/>): the chunk without
/// choices before <c>[DONE]</c>, and the zero usage on each chunk of <c>/v1/completions</c>. All other bytes pass as they are. Bytes
/// are held back only while they may be of what is taken out: of a chat's chunk up to its first choice, of a completion's up to its end.
/// </summary>
internal sealed class UsageChunkRemover(RouteKind route)
{
    /// <summary>
    /// Most bytes that are held back. An event that is longer passes, and all after it: better a chunk too many
    /// than a stream that stands.
    /// </summary>
    private const int MostHeld = 1 << 20;

    private const int Choices = 0;
    private const int Usage = 1;

    private static readonly JsonPick Paths = JsonPick.Tree(("choices", Choices, 0), ("usage", Usage, 0));

    private readonly JsonPicker _chunk = new(Paths);
    private readonly ArrayBufferWriter<byte> _held = new();
    private EventLines _lines;
    private Mode _mode;
    private int _chunkAt = -1;

    private enum Mode
    {
        /// <summary>What this event is has to be seen yet.</summary>
        Hold,

        /// <summary>The rest of this event passes.</summary>
        Pass,

        /// <summary>The rest of this event is taken out.</summary>
        Drop,

        /// <summary>Everything passes.</summary>
        GivenUp,
    }

    /// <summary>Takes the next bytes of the answer and hands on those that the client gets.</summary>
    public void Filter(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        while (!bytes.IsEmpty && _mode != Mode.GivenUp)
        {
            var part = _lines.Next(ref bytes, out var taken);
            switch (_mode)
            {
                case Mode.Hold:
                    _held.Write(taken);
                    Look(part, taken, client);
                    break;
                case Mode.Pass:
                    client.Write(taken);
                    break;
                default:
                    break;
            }

            if (part == EventPart.End)
            {
                Release(client);
                _chunk.Reset();
                (_mode, _chunkAt) = (Mode.Hold, -1);
            }
        }

        client.Write(bytes);
    }

    /// <summary>Nothing more will come: hands on what is held.</summary>
    public void Finish(IBufferWriter<byte> client) => Release(client);

    private void Look(EventPart part, ReadOnlySpan<byte> taken, IBufferWriter<byte> client)
    {
        if (part == EventPart.Data)
        {
            _chunkAt = _chunkAt < 0 ? _held.WrittenCount - taken.Length : _chunkAt;
            var ended = _chunk.Feed(taken).Ended;
            if (ended && !_chunk[Choices].HasContent && _chunk[Usage].HasContent)
            {
                _held.ResetWrittenCount();
                _mode = Mode.Drop;
            }
            else if (ended || _chunk.Broken || (_chunk[Choices].HasContent && route == RouteKind.OpenAIChat))
            {
                CutUsage(client);
                _mode = Mode.Pass;
            }
        }

        if (_held.WrittenCount > MostHeld)
        {
            Release(client);
            _mode = Mode.GivenUp;
        }
    }

    /// <summary>Hands on the held bytes without a completion's zero usage.</summary>
    private void CutUsage(IBufferWriter<byte> client)
    {
        var usage = _chunk[Usage];
        var held = _held.WrittenSpan;
        if (route == RouteKind.OpenAICompletions && _chunk.Ended && usage.HasContent && held[_chunkAt + (int)usage.From] == ',')
        {
            client.Write(held[..(_chunkAt + (int)usage.From)]);
            client.Write(held[(_chunkAt + (int)usage.To)..]);
            _held.ResetWrittenCount();
        }

        Release(client);
    }

    private void Release(IBufferWriter<byte> client)
    {
        client.Write(_held.WrittenSpan);
        _held.ResetWrittenCount();
    }
}
