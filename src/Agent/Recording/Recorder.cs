using System.Threading.Channels;
using Agent.Core.Attribution;

namespace Agent.Recording;

/// <summary>Writes a recording beside the agent: whatever happens to it, the agent neither waits nor stops.</summary>
internal sealed partial class Recorder : IAsyncDisposable
{
    /// <summary>Events that may wait for a slow disk: a minute of the busiest machine.</summary>
    private const int MostWaiting = 1 << 16;

    /// <summary>How long the end waits for what is not written yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<LedgerEvent> _waiting;
    private readonly RecordingWriter _writer;
    private readonly ILogger<Recorder> _log;
    private readonly Task _writing;
    private int _isOver;

    /// <summary>Begins one.</summary>
    /// <param name="writer">Where it goes; closed with this.</param>
    /// <param name="header">Its first line.</param>
    /// <param name="log">What happens to it is said here.</param>
    /// <param name="room">Events that may wait.</param>
    public Recorder(RecordingWriter writer, RecordingHeader header, ILogger<Recorder> log, int room = MostWaiting)
    {
        (_writer, _log) = (writer, log);
        _waiting = Channel.CreateBounded<LedgerEvent>(new BoundedChannelOptions(room) { SingleReader = true });
        Begins(writer.Name);
        _writing = Task.Run(() => WriteAsync(header));
    }

    /// <summary>Takes an event; never waits.</summary>
    public void Add(LedgerEvent entry)
    {
        if (_isOver == 0 && !_waiting.Writer.TryWrite(entry) && IsFirstEnd())
        {
            _waiting.Writer.Complete();
            TooSlow(_writer.Name);
        }
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        IsFirstEnd();
        _waiting.Writer.TryComplete();
        if (await Task.WhenAny(_writing, Task.Delay(Patience)) == _writing)
        {
            await _writing;
        }
        else
        {
            NotFinished(_writer.Name);
        }
    }

    private async Task WriteAsync(RecordingHeader header)
    {
        try
        {
            using (_writer)
            {
                _writer.Begin(header);
                await foreach (var entry in _waiting.Reader.ReadAllAsync())
                {
                    if (!_writer.Add(entry))
                    {
                        IsFirstEnd();
                        Full(_writer.Name);
                        return;
                    }

                    if (entry is LedgerEvent.TickEnded)
                    {
                        _writer.Flush();
                    }
                }

                _writer.Flush();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            IsFirstEnd();
            Failed(_writer.Name, failure.Message);
        }
    }

    private bool IsFirstEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;

    [LoggerMessage(Level = LogLevel.Information, Message = "Recording to {File}.")]
    private partial void Begins(string file);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The recording {File} has reached its limit of 1 GiB and ends here; joulet goes on. What is in it can be replayed. A name that ends in .gz holds some seven times as long.")]
    private partial void Full(string file);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The recording {File} ends here, joulet goes on. {Reason} Make room, or record to another disk: start joulet anew with --record and a new name.")]
    private partial void Failed(string file, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The recording {File} ends here, joulet goes on: its disk is slower than the events come. Record to another disk: start joulet anew with --record and a new name.")]
    private partial void TooSlow(string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The recording {File} lacks its end: its disk does not answer.")]
    private partial void NotFinished(string file);
}
