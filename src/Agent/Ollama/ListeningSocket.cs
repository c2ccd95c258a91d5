using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Agent.Ollama;

/// <summary>A TCP socket that listens.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Inode">Its number, the same whoever looks.</param>
/// <remarks>See https://docs.kernel.org/networking/proc_net_tcp.html.</remarks>
internal sealed record ListeningSocket(IPAddress Address, int Port, int User, long Inode)
{
    /// <summary>The listening sockets among the lines of a <c>net/tcp</c> or <c>net/tcp6</c>.</summary>
    public static void Parse(ReadOnlySpan<byte> text, List<ListeningSocket> sockets)
    {
        foreach (var line in Lines.Of(text))
        {
            if (ParseLine(line) is { } socket)
            {
                sockets.Add(socket);
            }
        }
    }

    /// <summary>The socket that answers a connection to this address and port: the one bound most closely.</summary>
    public static ListeningSocket? Reached(IReadOnlyList<ListeningSocket> sockets, IPAddress address, int port) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? At(sockets, address, port) ?? At(sockets, IPAddress.Any, port)
                ?? At(sockets, address.MapToIPv6(), port) ?? At(sockets, IPAddress.IPv6Any, port)
            : At(sockets, address, port) ?? At(sockets, IPAddress.IPv6Any, port);

    private static ListeningSocket? At(IReadOnlyList<ListeningSocket> sockets, IPAddress address, int port) =>
        sockets.FirstOrDefault(socket => socket.Port == port && socket.Address.Equals(address));

    /// <summary>Fields: number, local address:port, remote one, state, queues, timer, retransmissions, user, timeouts, inode.</summary>
    private static ListeningSocket? ParseLine(ReadOnlySpan<byte> line)
    {
        var fields = new Fields(line);
        if (!fields.Skip(2))
        {
            return null;
        }

        var local = fields.Current;
        var colon = local.IndexOf((byte)':');
        if (colon < 0 || !fields.Skip(2) || !fields.Current.SequenceEqual("0A"u8)) // LISTEN
        {
            return null;
        }

        var text = CultureInfo.InvariantCulture;
        return ParseAddress(local[..colon]) is { } address
            && int.TryParse(local[(colon + 1)..], NumberStyles.AllowHexSpecifier, text, out var port)
            && fields.Skip(4) && int.TryParse(fields.Current, NumberStyles.None, text, out var user)
            && fields.Skip(2) && long.TryParse(fields.Current, NumberStyles.None, text, out var inode)
            ? new ListeningSocket(address, port, user, inode)
            : null;
    }

    /// <summary>One or four words of 32 bits, each printed as this machine's number.</summary>
    private static IPAddress? ParseAddress(ReadOnlySpan<byte> digits)
    {
        if (digits.Length is not (8 or 32))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[digits.Length / 2];
        for (var word = 0; word < bytes.Length; word += 4)
        {
            if (!uint.TryParse(digits.Slice(word * 2, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(bytes[word..], value); // x64 and arm64 are little-endian
        }

        return new IPAddress(bytes);
    }
}
