using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Sensors.PowerState;

/// <summary>A message that came, read from its beginning to its end. What is not as expected is skipped, not an error.</summary>
/// <remarks>Its texts are copied: they die with it.</remarks>
internal sealed unsafe class BusMessage(BusExports exports, nint message) : IDisposable
{
    /// <summary>Longer texts are cut here: a name or a reason, not a novel.</summary>
    public const int LongestText = 256;

    /// <summary>As the protocol numbers them: 2 a reply, 3 an error, 4 a signal.</summary>
    public BusMessageKind Kind
    {
        get
        {
            byte kind = 0;
            return exports.GetKind(message, &kind) < 0 ? BusMessageKind.None : (BusMessageKind)kind;
        }
    }

    /// <summary>The number of the call it answers; 0 where it answers none.</summary>
    public ulong Answers
    {
        get
        {
            ulong number = 0;
            return exports.GetReplyCookie(message, &number) < 0 ? 0 : number;
        }
    }

    /// <summary>Who sent it: the bus vouches for it.</summary>
    public string Sender => Text(exports.GetSender(message)) ?? "";

    public string Member => Text(exports.GetMember(message)) ?? "";

    /// <summary>An error's name; empty where it is none.</summary>
    public string ErrorName
    {
        get
        {
            var error = exports.GetError(message);
            return error == null ? "" : Text(*error) ?? "";
        }
    }

    /// <summary>What comes next is its first value again: for another reader.</summary>
    public void Rewind() => exports.Rewind(message, 1);

    /// <summary>The next value, a text; null where there is none.</summary>
    public string? ReadText()
    {
        byte* text = null;
        return exports.ReadBasic(message, (byte)'s', &text) > 0 ? Text(text) : null;
    }

    /// <summary>The next value, a truth value; null where there is none.</summary>
    public bool? ReadFlag()
    {
        var flag = stackalloc int[1]; // sd-bus reads it as an int
        return exports.ReadBasic(message, (byte)'b', flag) > 0 ? *flag != 0 : null;
    }

    /// <summary>Goes into the next value, if it is such a container.</summary>
    /// <param name="kind"><c>a</c> an array, <c>e</c> a pair of a map, <c>v</c> a value of any type.</param>
    /// <param name="contents">The types within.</param>
    public bool Enter(char kind, string contents)
    {
        fixed (byte* types = Encoding.ASCII.GetBytes($"{contents}\0"))
        {
            return exports.EnterContainer(message, (byte)kind, types) > 0;
        }
    }

    /// <summary>Leaves the container whose end is reached.</summary>
    public bool Exit() => exports.ExitContainer(message) >= 0;

    /// <summary>The type of what is in the next value, a value of any type.</summary>
    public string NextContents()
    {
        var kind = stackalloc byte[1];
        byte* contents = null;
        return exports.PeekType(message, kind, &contents) > 0 && *kind == 'v' ? Text(contents) ?? "" : "";
    }

    /// <summary>Leaves out the next value, of any type.</summary>
    public bool Skip()
    {
        fixed (byte* types = "v\0"u8)
        {
            return exports.Skip(message, types) >= 0;
        }
    }

    public void Dispose() => exports.UnrefMessage(message);

    private static string? Text(byte* text)
    {
        if (text == null)
        {
            return null;
        }

        var whole = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        return Encoding.UTF8.GetString(whole[..Math.Min(whole.Length, LongestText)]);
    }
}
