using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agent.Tests.Proxy;

/// <summary>One end of a TCP connection, byte by byte; a test that waits longer than a deadline fails.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    /// <summary>Far more than anything here takes.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly List<byte> _unread = [];
    private byte[]? _counted;

    public static async Task<RawConnection> OpenAsync(Uri address, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port));
        return new RawConnection(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, deadline.Token)..];
        }
    }

    /// <summary>The next bytes; none at the end of the connection, however it ended.</summary>
    public async Task<byte[]> ReceiveAsync(int most = 64 * 1024)
    {
        if (_unread.Count > 0)
        {
            byte[] unread = [.. _unread];
            _unread.Clear();
            return unread;
        }

        using var deadline = new CancellationTokenSource(Deadline);
        var buffer = new byte[most];
        try
        {
            return buffer[..await socket.ReceiveAsync(buffer, deadline.Token)];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>How many bytes came next: they are not kept.</summary>
    public async Task<int> CountAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        _counted ??= new byte[1 << 20];
        return await socket.ReceiveAsync(_counted, deadline.Token) is > 0 and var count ? count : throw new EndOfStreamException();
    }

    /// <summary>Receives until what came is as wanted, or the connection ends.</summary>
    public async Task<byte[]> ReceiveUntilAsync(Func<byte[], bool> isEnough)
    {
        var all = new List<byte>();
        while (await ReceiveAsync() is { Length: > 0 } bytes)
        {
            all.AddRange(bytes);
            if (isEnough([.. all]))
            {
                break;
            }
        }

        return [.. all];
    }

    public Task<byte[]> ReceiveToEndAsync() => ReceiveUntilAsync(static _ => false);

    public async Task<string> ReceiveTextAsync(string until) =>
        Encoding.Latin1.GetString(await ReceiveUntilAsync(bytes => Encoding.Latin1.GetString(bytes).Contains(until, StringComparison.Ordinal)));

    /// <summary>One whole answer, or as much as there is of it. What comes behind it is left for the next one.</summary>
    public async Task<RecordedMessage> ReceiveAnswerAsync(bool isHead = false, int? bodyLength = null)
    {
        var answer = Parse(await ReceiveUntilAsync(bytes => IsEnough(bytes, isHead, bodyLength)), isHead);
        _unread.AddRange(answer.Rest.SelectMany(read => read.Bytes));
        return answer;
    }

    /// <summary>One whole request; null where the connection ended instead.</summary>
    public async Task<RecordedMessage?> ReceiveRequestAsync()
    {
        var bytes = await ReceiveUntilAsync(bytes => bytes.AsSpan().IndexOf("\r\n\r\n"u8) >= 0 && Parse(bytes, isHead: false).Whole);
        var request = Parse(bytes, isHead: false);
        _unread.AddRange(request.Rest.SelectMany(read => read.Bytes));
        return bytes.Length > 0 && request.Whole ? request : null;
    }

    /// <summary>Ends what this end sends; it still receives.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes at once: the other end sees a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    public static RecordedMessage Parse(byte[] bytes, bool isHead) => RecordedMessage.Parse([new(TimeSpan.Zero, bytes)], isHead);

    private static bool IsEnough(byte[] bytes, bool isHead, int? bodyLength)
    {
        if (bytes.AsSpan().IndexOf("\r\n\r\n"u8) < 0)
        {
            return false;
        }

        var answer = Parse(bytes, isHead);
        var isFramed = isHead || answer["Content-Length"] is not null || answer["Transfer-Encoding"] is not null || answer.Status is < 200 or 204 or 304;
        return (isFramed && answer.Whole) || (bodyLength is { } length && answer.Body.Length >= length);
    }
}
