using System.Text;

namespace Agent.Sensors.PowerState;

/// <summary>
/// A connection to a message bus. Nothing in it waits for an answer: a call is queued, and its reply comes among the messages.
/// So no program at the other end, hung or not, can hold up the thread that has it.
/// </summary>
internal sealed unsafe class BusConnection(BusExports exports, nint bus) : IDisposable
{
    /// <summary>What poll(2) waits with, and for what.</summary>
    public (int Fd, short Events) Wanted => (exports.GetFd(bus), (short)Math.Max(0, exports.GetEvents(bus)));

    /// <summary>When the library wants to be called next, in microseconds on CLOCK_MONOTONIC; null: only when something comes.</summary>
    public ulong? Deadline
    {
        get
        {
            var at = stackalloc ulong[1];
            return exports.GetTimeout(bus, at) >= 0 && *at != ulong.MaxValue ? *at : null;
        }
    }

    /// <summary>Queues a call whose arguments are texts. The bus starts no program for it.</summary>
    /// <returns>The number its reply names; 0 where the connection is broken.</returns>
    public ulong Call(string service, string path, string contract, string method, params ReadOnlySpan<string> arguments)
    {
        nint message = 0;
        int error;
        fixed (byte* destination = Text(service), place = Text(path), type = Text(contract), member = Text(method))
        {
            error = exports.NewMethodCall(bus, &message, destination, place, type, member);
        }

        if (error < 0)
        {
            return 0;
        }

        error = exports.SetAutoStart(message, 0);
        foreach (var argument in arguments)
        {
            fixed (byte* text = Text(argument))
            {
                error = error < 0 ? error : exports.AppendBasic(message, (byte)'s', text);
            }
        }

        ulong number = 0;
        error = error < 0 ? error : exports.Send(bus, message, &number);
        exports.UnrefMessage(message);
        return error < 0 ? 0 : number;
    }

    /// <summary>Does what there is to do, a step at a time.</summary>
    /// <param name="message">What came for us, if anything; to be disposed of.</param>
    /// <returns>Above 0: there may be more to do. 0: nothing. Negative: an error, after which the connection is of no more use.</returns>
    public int Process(out BusMessage? message)
    {
        var came = stackalloc nint[1];
        var done = exports.Process(bus, came);
        message = *came == 0 ? null : new BusMessage(exports, *came);
        return done;
    }

    public void Dispose()
    {
        exports.Close(bus);
        exports.Unref(bus);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes($"{text}\0");
}
