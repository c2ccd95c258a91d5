using System.Text;

namespace Agent.Tests.Proxy;

/// <summary>One request to a real Ollama (or llama-server, recording 20) and all that came back.</summary>
internal sealed record RecordedExchange
{
    /// <summary>Folder of the recordings; its README says what they are.</summary>
    public static string Folder => Repository.Path("tests/Agent.Tests/Proxy/Recordings");

    /// <summary>All recordings' names.</summary>
    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.txt").Select(path => System.IO.Path.GetFileName(path)).Order();

    public required string File { get; init; }

    /// <summary>Its place in the file, from 1.</summary>
    public required int Number { get; init; }

    public required string Title { get; init; }

    /// <summary>When the request was sent, since the file's start.</summary>
    public required TimeSpan Started { get; init; }

    /// <summary>Head and body as sent.</summary>
    public required byte[] Request { get; init; }

    /// <summary>The answer as received: heads, bodies and chunk sizes.</summary>
    public required IReadOnlyList<RecordedRead> Reads { get; init; }

    public required RecordedEnd End { get; init; }

    /// <summary>The end in the recording's words.</summary>
    public required string EndNote { get; init; }

    /// <summary>From the request to its end.</summary>
    public required TimeSpan Lasted { get; init; }

    /// <summary>The recording leaves out a part of the answer: whole chunks in its middle are missing from <see cref="Reads"/>.</summary>
    public required bool Shortened { get; init; }

    public string Method => RequestLine[0];

    public string Path => RequestLine.Length > 1 ? RequestLine[1] : "";

    /// <summary>The request's body, out of its chunks.</summary>
    public byte[] Body => RecordedMessage.Parse([new(TimeSpan.Zero, Request)], isHead: false).Body;

    /// <summary>The first answer that is more than a 1xx; null where none came.</summary>
    public RecordedMessage? Answer
    {
        get
        {
            var message = Reads.Count == 0 ? null : RecordedMessage.Parse(Reads, Method == "HEAD");
            return message?.Status is >= 100 and < 200 ? RecordedMessage.Parse(message.Rest, Method == "HEAD") : message;
        }
    }

    private string[] RequestLine => Encoding.Latin1.GetString(Request).Split("\r\n", 2)[0].Split(' ');

    /// <summary>Reads a recording.</summary>
    /// <param name="file">A name of <see cref="Files"/>.</param>
    public static IReadOnlyList<RecordedExchange> Load(string file) => new RecordingReader(file).Read();

    public override string ToString() => $"{File} {Number} {Title}";
}
