using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Sensors.PowerState;

/// <summary>Waits for a descriptor, a time, or a call from another thread: whichever is first.</summary>
internal sealed partial class PollWait : IDisposable
{
    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC
    private const int NonBlocking = 0x800; // EFD_NONBLOCK
    private const short Readable = 1; // POLLIN

    private readonly SafeFileHandle _wake = new(EventDescriptor(0, CloseOnExec | NonBlocking), ownsHandle: true);
    private long _wakeups;
    private volatile bool _endless;

    /// <summary>How often a wait ended.</summary>
    public long Wakeups => Interlocked.Read(ref _wakeups);

    /// <summary>A wait goes on that no time ends.</summary>
    public bool IsEndless => _endless;

    /// <summary>Waits.</summary>
    /// <param name="descriptor">What is waited for; -1: nothing.</param>
    /// <param name="events">For what, as poll(2) has them.</param>
    /// <param name="limit">For how long; null: for ever.</param>
    public void Wait(int descriptor, short events, TimeSpan? limit)
    {
        // Up to the next millisecond: a wait that ended before its time would only be begun again.
        var milliseconds = limit is { } time ? (int)Math.Ceiling(Math.Clamp(time.TotalMilliseconds, 0, int.MaxValue)) : -1;
        Span<Polled> polled = [new(_wake.DangerousGetHandle().ToInt32(), Readable), new(descriptor, events)];
        _endless = milliseconds < 0;
        _ = Poll(polled, (nuint)polled.Length, milliseconds);
        _endless = false;
        Interlocked.Increment(ref _wakeups);
    }

    /// <summary>Ends the wait, and every later one. Any thread.</summary>
    public void Wake()
    {
        if (!_wake.IsInvalid)
        {
            RandomAccess.Write(_wake, [1, 0, 0, 0, 0, 0, 0, 0], fileOffset: 0);
        }
    }

    public void Dispose() => _wake.Dispose();

    [LibraryImport("libc.so.6", EntryPoint = "eventfd")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc.so.6", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(Span<Polled> polled, nuint count, int milliseconds);

    /// <summary>struct pollfd: a negative descriptor is left out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Polled(int descriptor, short events)
    {
        private readonly int _descriptor = descriptor;
        private readonly short _events = events;
        private readonly short _returned;
    }
}
