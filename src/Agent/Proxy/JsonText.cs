using System.Globalization;
using System.Text;

namespace Agent.Proxy;

/// <summary>Texts of JSON as Go reads them.</summary>
internal static class JsonText
{
    /// <summary>Whether a member's name is the wanted one: Go takes any case, and the two letters outside ASCII whose other case lies in it.</summary>
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

    /// <summary>Undoes escapes where they lie, and returns how long the text is now. Half a surrogate pair becomes U+FFFD, as in Go.</summary>
    public static int Unescape(Span<byte> text)
    {
        var from = text.IndexOf((byte)'\\');
        var to = Math.Max(from, 0);
        while (from >= 0 && from < text.Length)
        {
            if (text[from] != '\\' || from + 1 == text.Length)
            {
                text[to++] = text[from++];
                continue;
            }

            from += Escape(text[from..], out var rune);
            to += rune.EncodeToUtf8(text[to..]);
        }

        return from < 0 ? text.Length : to;
    }

    /// <summary>The rune an escape stands for, and how many bytes it takes.</summary>
    private static int Escape(ReadOnlySpan<byte> text, out Rune rune)
    {
        rune = Rune.ReplacementChar;
        if (text[1] != 'u')
        {
            rune = new Rune(text[1] switch
            {
                (byte)'n' => '\n',
                (byte)'t' => '\t',
                (byte)'r' => '\r',
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                < 0x80 => (char)text[1],
                _ => '\uFFFD',
            });
            return 2;
        }

        if (!TryUnit(text, out var first))
        {
            return Math.Min(6, text.Length);
        }

        if (char.IsHighSurrogate(first) && TryUnit(text[6..], out var second) && Rune.TryCreate(first, second, out rune))
        {
            return 12;
        }

        rune = Rune.TryCreate(first, out var single) ? single : Rune.ReplacementChar;
        return 6;
    }

    private static bool TryUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[0] != '\\' || text[1] != 'u' || !ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        unit = (char)code;
        return true;
    }
}
