using System.Globalization;
using System.Text;

namespace Agent.Proxy;

/// <summary>Texts of JSON as Go reads them.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether a member's name is the wanted one: Go takes any case, and the two letters outside ASCII whose other
    /// case lies in it.
    /// </summary>
    /// <param name="wanted">In small ASCII letters.</param>
    public static bool EqualFolded(ReadOnlySpan<byte> name, ReadOnlySpan<byte> wanted)
    {
        foreach (var letter in wanted)
        {
            if (name.IsEmpty)
            {
                return false;
            }

            var length = name[0] switch
            {
                var same when same == letter => 1,
                >= (byte)'A' and <= (byte)'Z' when (name[0] | 0x20) == letter => 1,
                _ when letter == 's' && name.StartsWith("ſ"u8) => 2,
                _ when letter == 'k' && name.StartsWith("\u212A"u8) => 3, // the kelvin sign
                _ => 0,
            };
            if (length == 0)
            {
                return false;
            }

            name = name[length..];
        }

        return name.IsEmpty;
    }

    /// <summary>
    /// Undoes escapes where they lie, and returns how long the text is now. Half a surrogate pair becomes U+FFFD, as in Go;
    /// what is no escape at all, which no decoder takes, only loses its backslash.
    /// </summary>
    public static int Unescape(Span<byte> text)
    {
        var (from, to) = (0, 0);
        while (from < text.Length)
        {
            if (text[from] != '\\')
            {
                text[to++] = text[from++];
            }
            else if (text[from..] is [_, (byte)'u', ..])
            {
                from += Unit(text[from..], out var rune);
                to += rune is { } known ? known.EncodeToUtf8(text[to..]) : 0;
            }
            else if (++from < text.Length)
            {
                text[to++] = Single(text[from++]);
            }
        }

        return to;
    }

    private static byte Single(byte letter) => letter switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'t' => (byte)'\t',
        (byte)'r' => (byte)'\r',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => letter,
    };

    /// <summary>The rune that one or two code units stand for, and how many bytes they take.</summary>
    private static int Unit(ReadOnlySpan<byte> text, out Rune? rune)
    {
        rune = null;
        if (!TryUnit(text, out var first))
        {
            return 1;
        }

        if (char.IsHighSurrogate(first) && TryUnit(text[6..], out var second) && Rune.TryCreate(first, second, out var pair))
        {
            rune = pair;
            return 12;
        }

        rune = Rune.TryCreate(first, out var single) ? single : Rune.ReplacementChar;
        return 6;
    }

    private static bool TryUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text is not [(byte)'\\', (byte)'u', _, _, _, _, ..]
            || !ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        unit = (char)code;
        return true;
    }
}
