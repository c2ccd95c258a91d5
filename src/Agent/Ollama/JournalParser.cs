using System.Globalization;

namespace Agent.Ollama;

/// <summary>Reads single lines of Ollama's log.</summary>
/// <remarks>
/// Only what stands at a line's start makes it one of a kind: further on, a request's address or a model's name could say
/// anything. What is cut off at its end is not read as something shorter: every number is followed by words that must be there.
/// </remarks>
internal static class JournalParser
{
    /// <summary>Seconds; what is written as longer is no time of a load.</summary>
    private const double LongestLoad = 1e6;

    /// <summary>Milliseconds; what is written as longer is no time of a task.</summary>
    private const double LongestTask = 1e9;

    /// <summary>More than any model's context, many times over.</summary>
    private const long MostTokens = 1_000_000_000;

    /// <summary>What else a task writes under the same head: progress while it works, and statistics when it is done.</summary>
    private static readonly string[] Passed =
        ["n_gen", "n_decoded", "prompt processing", "graphs reused", "graph reallocs", "draft acceptance"];

    /// <summary>The line; null for all that tell neither of timings nor of loads.</summary>
    public static JournalLine? Parse(ReadOnlySpan<char> line)
    {
        var words = new JournalWords(line);
        if (words.Take("slot"))
        {
            return words.Take("print_timing:") ? OfTimings(words)
                : words.Take("release:") ? OfRelease(words)
                : null;
        }

        return words.Take("time=") ? OfServer(words)
            : IsTiming(words.Rest) ? OfTiming(null, words)
            : null;
    }

    private static JournalLine? OfTimings(JournalWords words) =>
        !TakeTask(ref words, out var task) ? new JournalLine.Unknown()
        : words.Rest.IsEmpty ? new JournalLine.TimingsFollow(task)
        : IsPassed(words.Rest) ? null
        : OfTiming(task, words);

    private static JournalLine OfRelease(JournalWords words)
    {
        var known = TakeTask(ref words, out var task)
            && words.Take("stop processing:")
            && (words.Take("n_tokens") || words.Take("n_past"))
            && words.Take("=")
            && words.TakeInteger(out _)
            && words.Take(", truncated =")
            && words.TakeInteger(out _)
            && words.Rest.IsEmpty;
        return known ? new JournalLine.Released(task) : new JournalLine.Unknown();
    }

    private static JournalLine OfTiming(JournalTask? task, JournalWords words)
    {
        JournalPart? part = words.Take("prompt eval time") ? JournalPart.Prompt
            : words.Take("eval time") ? JournalPart.Generation
            : words.Take("total time") ? JournalPart.Total
            : null;
        return part is { } known
            && words.Take("=")
            && words.TakeDecimal(out var milliseconds)
            && milliseconds < LongestTask
            && words.Take("ms /")
            && words.TakeInteger(out var tokens)
            && tokens is >= 0 and < MostTokens
            && words.Take("tokens")
            && (words.Rest.IsEmpty || words.Rest[0] == '(')
            ? new JournalLine.Timing(task, known, milliseconds, tokens)
            : new JournalLine.Unknown();
    }

    private static bool TakeTask(ref JournalWords words, out JournalTask task)
    {
        task = default;
        if (!words.Take("id") || !words.TakeInteger(out var slot) || slot is < 0 or > int.MaxValue
            || !words.Take("| task") || !words.TakeInteger(out var number) || !words.Take("|"))
        {
            return false;
        }

        task = new JournalTask((int)slot, number);
        return true;
    }

    private static bool IsTiming(ReadOnlySpan<char> text) =>
        text.StartsWith("prompt eval time", StringComparison.Ordinal)
        || text.StartsWith("eval time", StringComparison.Ordinal)
        || text.StartsWith("total time", StringComparison.Ordinal);

    private static bool IsPassed(ReadOnlySpan<char> text)
    {
        foreach (var start in Passed)
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A line of Ollama's own: <c>time=… level=… source=… msg="…" name=value …</c>.</summary>
    private static JournalLine? OfServer(JournalWords words)
    {
        const string Message = " msg=\"";
        var start = words.Rest.IndexOf(Message, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var time = words.Rest[..words.Rest.IndexOf(' ')];
        return OfMessage(time, new JournalWords(words.Rest[(start + Message.Length)..]));
    }

    private static JournalLine? OfMessage(ReadOnlySpan<char> time, JournalWords words)
    {
        if (words.Take("starting llama-server") || words.Take("starting llama server") || words.Take("starting runner"))
        {
            return OfStart(time, words);
        }

        if (words.Take("llama-server started") || words.Take("llama runner started"))
        {
            return words.Take("in") && words.TakeDecimal(out var seconds) && words.Take("seconds\"")
                && seconds < LongestLoad && TryTime(time, out var told)
                ? new JournalLine.LoadEnded(told, TimeSpan.FromSeconds(seconds))
                : new JournalLine.Unknown();
        }

        // Without a blob it is the load of another engine.
        return words.Take("Load failed\"") && BlobIn(words.Rest) is { } blob ? new JournalLine.LoadFailed(blob) : null;
    }

    /// <summary>A runner started without a model is Ollama asking for the machine's devices, or one told of its model later.</summary>
    private static JournalLine? OfStart(ReadOnlySpan<char> time, JournalWords words)
    {
        const string Model = " --model ";
        if (!words.Take("\"") || !words.Take("cmd="))
        {
            return new JournalLine.Unknown();
        }

        var model = words.Rest.IndexOf(Model, StringComparison.Ordinal);
        return model < 0 ? null
            : BlobIn(words.Rest[(model + Model.Length)..]) is { } blob && TryTime(time, out var told)
                ? new JournalLine.LoadStarting(told, blob)
                : new JournalLine.Unknown();
    }

    /// <summary>The blob at the end of the path the text begins with, which may have spaces in it.</summary>
    private static string? BlobIn(ReadOnlySpan<char> text)
    {
        const string Folder = "/blobs/";
        var folder = text.IndexOf(Folder, StringComparison.Ordinal);
        return folder < 0 ? null : OllamaProcess.BlobAt(FirstWord(text[(folder + Folder.Length)..]));
    }

    private static string FirstWord(ReadOnlySpan<char> text) =>
        (text.IndexOfAny(' ', '"') is >= 0 and var end ? text[..end] : text).ToString();

    private static bool TryTime(ReadOnlySpan<char> text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out time) && time.Year is > 2000 and < 9000;
}
