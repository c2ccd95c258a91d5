using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Config;

namespace Agent.Tests.Ollama;

/// <summary>A /proc of files. Processes and sockets are put in and taken out as a test needs them.</summary>
internal sealed class ProcfsFixture : IDisposable
{
    public const int OllamaUser = 990;

    public const int ServerPid = 100;

    /// <summary>The network namespace of the agent, and of all processes that are not put elsewhere.</summary>
    private const string Host = "host";

    private readonly List<(string Network, IPAddress Address, int Port, int User, long Inode)> _sockets = [];
    private readonly HashSet<string> _networks = [];

    public ProcfsFixture()
    {
        Root = Directory.CreateTempSubdirectory("procfs-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, "self"));
        Join("self", Host);
        SetUptime(1000);
        SetProcessorTime(busyTicks: 5000, processors: 4);
        AddProcess(1, parent: 0, user: 0, startTicks: 1, ["/sbin/init"]);
    }

    public string Root { get; }

    public PathsConfig Paths => new() { Procfs = Root };

    public void SetUptime(double seconds) =>
        Write("uptime", string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} 12.34\n"));

    public void SetProcessorTime(long busyTicks, int processors) => Write(
        "stat",
        $"cpu  {busyTicks - 5} 1 1 70000 800 1 1 1 99 0\n"
        + string.Concat(Enumerable.Range(0, processors).Select(number => $"cpu{number} 1 0 1 1 0 0 0 0 0 0\n"))
        + "intr 12 3 4\nctxt 1990473\n");

    public void AddProcess(
        int pid, int parent, int user, long startTicks, string[] commandLine, string network = Host, string name = "a (b) c")
    {
        Directory.CreateDirectory(Path.Combine(Root, $"{pid}"));
        SetStat(pid, parent, startTicks, cpuTicks: 0, name: name);
        Write($"{pid}/cmdline", string.Concat(commandLine.Select(argument => $"{argument}\0")));
        Write($"{pid}/status", $"Name:\t{name}\nUid:\t{user}\t{user}\t{user}\t{user}\nGid:\t0\t0\t0\t0\n");
        Join($"{pid}", network);
    }

    public void SetStat(int pid, int parent, long startTicks, long cpuTicks, char state = 'S', string name = "a (b) c") => Write(
        $"{pid}/stat",
        $"{pid} ({name}) {state} {parent} 1 1 0 -1 4194304 100 0 0 0 {cpuTicks} 0 0 0 20 0 1 0 {startTicks} 3133440 410\n");

    public void RemoveProcess(int pid) => Directory.Delete(Path.Combine(Root, $"{pid}"), recursive: true);

    /// <summary>Lets somebody listen. As in life, one port of one address is held once.</summary>
    public void Listen(IPAddress address, int port, int user, long inode, string network = Host)
    {
        _sockets.Add((network, address, port, user, inode));
        WriteNetwork(network);
    }

    public void Close(long inode)
    {
        _sockets.RemoveAll(socket => socket.Inode == inode);
        foreach (var network in _networks)
        {
            WriteNetwork(network);
        }
    }

    /// <summary>Makes the process's open files readable, this socket among them.</summary>
    public void Hold(int pid, long inode)
    {
        var files = Directory.CreateDirectory(Path.Combine(Root, $"{pid}", "fd"));
        File.CreateSymbolicLink(Path.Combine(files.FullName, "0"), "/dev/null");
        File.CreateSymbolicLink(Path.Combine(files.FullName, "7"), $"socket:[{inode}]");
    }

    public void SetEnvironment(int pid, params string[] entries) =>
        Write($"{pid}/environ", string.Concat(entries.Select(entry => $"{entry}\0")));

    /// <summary>Ollama's server as its service starts it, listening.</summary>
    public void AddServer(int pid = ServerPid, int user = OllamaUser, int port = 11434, IPAddress? address = null)
    {
        AddProcess(pid, parent: 1, user, startTicks: 2000, ["/usr/local/bin/ollama", "serve"]);
        Listen(address ?? IPAddress.Loopback, port, user, inode: pid * 1000L);
    }

    /// <summary>A runner as Ollama starts it, listening unless said otherwise; its socket's inode is its pid times 1000.</summary>
    public void AddRunner(
        int pid, int port, string blob, int parent = ServerPid, int user = OllamaUser, long startTicks = 90000, bool listens = true, bool embedding = false)
    {
        string[] commandLine =
        [
            "/usr/local/lib/ollama/llama-server", "--model", $"/usr/share/ollama/.ollama/models/blobs/{blob}", "--port", $"{port}",
            "--host", "127.0.0.1", "--no-webui", "--offline", "-c", "4096", "-np", "1", .. embedding ? ["--embedding"] : Array.Empty<string>(),
        ];
        AddProcess(pid, parent, user, startTicks, commandLine, name: "llama-server");
        if (listens)
        {
            Listen(IPAddress.Loopback, port, user, inode: pid * 1000L);
        }
    }

    public void RemoveRunner(int pid)
    {
        RemoveProcess(pid);
        Close(pid * 1000L);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Hex(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return string.Concat(Enumerable.Range(0, bytes.Length / 4)
            .Select(word => $"{BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(word * 4)):X8}"));
    }

    private void Join(string process, string network)
    {
        _networks.Add(network);
        WriteNetwork(network);
        var link = Path.Combine(Root, process, "net");
        File.Delete(link);
        Directory.CreateSymbolicLink(link, Path.Combine(Root, $"network-{network}"));
    }

    private void WriteNetwork(string network)
    {
        Directory.CreateDirectory(Path.Combine(Root, $"network-{network}"));
        foreach (var (file, family, peer) in new[]
        {
            ("tcp", AddressFamily.InterNetwork, new string('0', 8)), ("tcp6", AddressFamily.InterNetworkV6, new string('0', 32)),
        })
        {
            var lines = _sockets
                .Where(socket => socket.Network == network && socket.Address.AddressFamily == family)
                .Select((socket, number) =>
                    $"{number,4}: {Hex(socket.Address)}:{socket.Port:X4} {peer}:0000 0A 00000000:00000000 00:00000000 00000000 {socket.User,5}        0 {socket.Inode} 1 00000000261152f2 100 0 0 10 0\n");
            Write(
                $"network-{network}/{file}",
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
                + string.Concat(lines)
                + (family == AddressFamily.InterNetwork
                    ? "   9: 0100007F:2CAA 0100007F:E0D2 01 00000000:00000000 00:00000000 00000000   990        0 77 1 0000000000000000 20 4 30 10 -1\n"
                    : ""));
        }
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(Root, file), text);
}
