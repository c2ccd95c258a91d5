using System.Text;

namespace Agent.Ollama;

/// <summary>Strings with a zero byte after each, as /proc shows command lines and environments.</summary>
internal static class Arguments
{
    public static string[] Split(ReadOnlySpan<byte> text) =>
        text.IsEmpty ? [] : Encoding.UTF8.GetString(text).TrimEnd('\0').Split('\0');

    /// <summary>The first of them.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;

    /// <summary>The value of NAME=VALUE; empty where there is none.</summary>
    public static string ValueOf(ReadOnlySpan<byte> text, string name)
    {
        var found = Array.Find(Split(text), entry =>
            entry.Length > name.Length && entry.StartsWith(name, StringComparison.Ordinal) && entry[name.Length] == '=');
        return found is null ? "" : found[(name.Length + 1)..];
    }
}
