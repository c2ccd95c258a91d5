using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Agent.Tests.Web;

namespace Agent.Tests.Binary;

/// <summary>The published binary, running: what it printed and what it serves.</summary>
internal sealed partial class PublishedBinary : IDisposable
{
    /// <summary>Long enough for a loaded machine; nothing waits this long unless it failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int Sigterm = 15;
    private const int Sigkill = 9;

    private readonly HttpClient _http;
    private readonly string _scheme;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private Timer? _killer;

    private PublishedBinary(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, WebConfigFolder? access = null)
    {
        _scheme = access is null ? "http" : "https";
        _http = access?.Connect(WebConfigFolder.Password) ?? new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["JOULET__PATHS__STATE"] = ""; // no test goes on from another's state; the command line wins
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public int Id => _process.Id;

    /// <summary>A path as it sees it: it may have file systems of its own.</summary>
    public string Seen(string path) => $"/proc/{_process.Id}/root{path}";

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it; skips the test, and says so, where no binary was published.</summary>
    /// <param name="access">It asks for TLS and a password, as this folder's file says.</param>
    public static PublishedBinary Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, WebConfigFolder? access = null)
    {
        var path = Environment.GetEnvironmentVariable("JOULET_BINARY");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "JOULET_BINARY names no published binary: make test publishes one.");
        return new PublishedBinary(path!, access is null ? arguments : [.. arguments, "--web_config_file", access.ConfigFile], environment, access);
    }

    /// <summary>Starts it with a small file system of its own in a folder; skips the test where that is not allowed.</summary>
    public static PublishedBinary StartOnSmallDisk(string folder, int bytes, IEnumerable<string> arguments)
    {
        var path = Environment.GetEnvironmentVariable("JOULET_BINARY");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "JOULET_BINARY names no published binary: make test publishes one.");
        using var trial = Process.Start("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", folder]);
        trial.WaitForExit();
        Assert.SkipWhen(trial.ExitCode != 0, "Only root may mount a small file system, where at all.");
        return new PublishedBinary(
            "unshare",
            ["--mount", "sh", "-c", $"mount -t tmpfs -o size={bytes} tmpfs {folder} && exec \"$0\" \"$@\"", path!, .. arguments],
            environment: null);
    }

    /// <summary>Starts it under strace, which writes down every file it opens.</summary>
    /// <param name="log">Where strace writes.</param>
    public static PublishedBinary StartTraced(string log, IEnumerable<string> arguments)
    {
        const string Tracer = "/usr/bin/strace";
        var path = Environment.GetEnvironmentVariable("JOULET_BINARY");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "JOULET_BINARY names no published binary: make test publishes one.");
        Assert.True(File.Exists(Tracer), $"{Tracer} is not there. Install it: sudo apt-get install -y strace, or make packages.");

        // The tracer goes into the background: the process is the agent.
        return new PublishedBinary(Tracer, ["-D", "-f", "-q", "-e", "trace=open,openat,openat2", "-o", log, path!, .. arguments], environment: null);
    }

    /// <summary>An address nobody listens at now.</summary>
    public static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    public async Task<int> ExitAsync(CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        enough.CancelAfter(TimeSpan.FromMinutes(2));
        await _process.WaitForExitAsync(enough.Token);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, as systemd does.</summary>
    public Task<int> StopAsync(CancellationToken stop)
    {
        Assert.Equal(0, Kill(_process.Id, Sigterm));
        return ExitAsync(stop);
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    /// <summary>Ends it after a time, whatever it does then, as the kernel does when memory is short.</summary>
    public void KillIn(TimeSpan time) => _killer = new Timer(_ => _ = Kill(_process.Id, Sigkill), null, time, Timeout.InfiniteTimeSpan);

    /// <summary>Its metrics now; null where it does not listen, or ends while it answers.</summary>
    public async Task<Scrape?> TryScrapeAsync(string address, CancellationToken stop)
    {
        try
        {
            return new Scrape(await _http.GetStringAsync(new Uri($"{_scheme}://{address}/metrics"), stop));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Its metrics once a condition holds of them; fails with the last ones where it does not in time.</summary>
    public async Task<Scrape> ScrapeAsync(string address, Func<Scrape, bool> until, CancellationToken stop)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
        Scrape? last = null;
        while (Stopwatch.GetTimestamp() < deadline)
        {
            Assert.False(_process.HasExited, $"It ended: {Output}");
            if (await TryScrapeAsync(address, stop) is { } scrape)
            {
                last = scrape;
                if (until(scrape))
                {
                    return scrape;
                }
            }

            await Task.Delay(50, stop);
        }

        throw new TimeoutException($"Not in time. Output:\n{Output}\nLast metrics:\n{last?.Text}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _killer?.Dispose();
        _process.Dispose();
        _http.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text)
        {
            return; // the end of one of the two streams: the other's lines may still come
        }

        lock (_output)
        {
            _output.AppendLine(text);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int pid, int signal);
}
