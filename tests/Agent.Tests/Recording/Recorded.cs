using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.Recording;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tests.Recording;

/// <summary>A recording in a folder of its own.</summary>
internal sealed class Recorded : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-recording-");

    public Recorded(string name = "recording") => File = Path.Combine(_folder.FullName, name);

    public string File { get; }

    public static RecordingHeader Header(Ledger? start = null) =>
        new(RecordingHeader.NewestFormat, "1.2.3", DateTimeOffset.UnixEpoch, SeveralOllamas: false, RecordedStart.Of(start ?? Ledger.Empty));

    /// <summary>Ticks with a reading each: as many as are asked for.</summary>
    public static IEnumerable<LedgerEvent> Ticks(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var at = Moment.FromSeconds(i);
            yield return new LedgerEvent.OllamaChecked(at, Up: i % 2 == 0, "0.33.0");
            yield return new LedgerEvent.TickEnded(at, at);
        }
    }

    /// <summary>Writes events, whole.</summary>
    public async Task<Recorded> WriteAsync(IEnumerable<LedgerEvent> events)
    {
        await using var recorder = Recorder();
        foreach (var entry in events)
        {
            recorder.Add(entry);
        }

        return this;
    }

    public Recorder Recorder() => new(RecordingFile.Create(File).Writer!, Header(), NullLogger<Recorder>.Instance);

    public ReplayResult Replay() => Agent.Recording.Replay.Read(File, CancellationToken.None);

    public void Dispose() => _folder.Delete(recursive: true);
}
