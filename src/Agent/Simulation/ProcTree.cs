using System.Globalization;

namespace Agent.Simulation;

/// <summary>The simulated machine's /proc, as far as an agent can read it without rights.</summary>
/// <remarks>
/// Numbers that grow have leading zeros, so that the files keep their length (<see cref="FixedFile"/>). A process's
/// folder comes and goes whole: it is made and unmade outside and moved.
/// </remarks>
internal sealed class ProcTree : IDisposable
{
    private const int Processors = 16;

    private readonly string _root;
    private readonly string _workshop;
    private readonly int _serverPort;
    private readonly FixedFile _stat;
    private readonly FixedFile _uptime;
    private readonly long _bootTime;
    private readonly Dictionary<int, FixedFile> _processes = [];
    private int _listening = -1;

    /// <summary>Makes the folder and fills it.</summary>
    /// <param name="root">What the agent takes for /proc.</param>
    /// <param name="workshop">A folder on the same file system, where folders are made and unmade.</param>
    /// <param name="serverPort">Where Ollama's API is served.</param>
    /// <param name="began">When the world began.</param>
    public ProcTree(string root, string workshop, SimulatedWorld world, int serverPort, DateTimeOffset began)
    {
        (_root, _workshop, _serverPort) = (root, workshop, serverPort);
        _bootTime = (began - ProcessTable.UpTime(TimeSpan.Zero)).ToUnixTimeSeconds();
        Directory.CreateDirectory(workshop);
        _stat = new FixedFile(PathOf("stat"), ProcText.Stat(world, Processors, _bootTime));
        _uptime = new FixedFile(PathOf("uptime"), ProcText.UpTime(world, Processors));
        Put(root, "cpuinfo", ProcText.CpuInfo(Processors));
        Put(root, "sys/kernel/random/boot_id", $"{Guid.NewGuid()}\n");
        Put(root, "driver/nvidia/version", $"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {SimulatedNvml.Driver}\n");
        foreach (var gpu in world.Gpus)
        {
            var folder = $"driver/nvidia/gpus/{gpu.Spec.PciBusId[4..]}";
            Put(root, $"{folder}/power", "Runtime D3 status:          Not supported\n");
        }

        Write(world);
        Directory.CreateSymbolicLink(PathOf("self"), ProcessTable.Self.ToString(CultureInfo.InvariantCulture));
    }

    public void Write(SimulatedWorld world)
    {
        _stat.Write(ProcText.Stat(world, Processors, _bootTime));
        _uptime.Write(ProcText.UpTime(world, Processors));
        foreach (var process in world.Processes.Live)
        {
            if (_processes.TryGetValue(process.Pid, out var stat))
            {
                stat.Write(ProcText.ProcessStat(process));
            }
            else
            {
                Add(process);
            }
        }

        foreach (var pid in _processes.Keys)
        {
            if (!world.Processes.Lives(pid))
            {
                Remove(pid);
            }
        }

        // Last: a port nobody may trust yet is better than a process whose port is missing.
        if (_listening != world.Ollama.Epoch)
        {
            _listening = world.Ollama.Epoch;
            WriteListeners(world);
        }
    }

    public void Dispose()
    {
        _stat.Dispose();
        _uptime.Dispose();
        foreach (var stat in _processes.Values)
        {
            stat.Dispose();
        }
    }

    private void Add(SimulatedProcess process)
    {
        var name = process.Pid.ToString(CultureInfo.InvariantCulture);
        var folder = Path.Combine(_workshop, name);
        Directory.CreateDirectory(folder);
        Put(folder, "comm", process.Name + "\n");
        Put(folder, "cmdline", string.Concat(process.CommandLine.Select(part => part + "\0")));
        Put(folder, "cgroup", $"0::{process.Cgroup}\n");
        Put(folder, "status", ProcText.Status(process));
        Put(folder, "mountinfo", "26 31 0:24 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw\n");
        // One network namespace: every process sees the same sockets.
        Directory.CreateSymbolicLink(Path.Combine(folder, "net"), "../net");
        _processes.Add(process.Pid, new FixedFile(Path.Combine(folder, "stat"), ProcText.ProcessStat(process)));
        Directory.Move(folder, PathOf(name));
    }

    private void Remove(int pid)
    {
        var name = pid.ToString(CultureInfo.InvariantCulture);
        _processes.Remove(pid, out var stat);
        stat?.Dispose();
        Directory.Move(PathOf(name), Path.Combine(_workshop, name));
        Directory.Delete(Path.Combine(_workshop, name), recursive: true);
    }

    private void WriteListeners(SimulatedWorld world)
    {
        var ports = world.Ollama.Runners.Select(runner => runner.Port).Prepend(_serverPort);
        Replace("net/tcp", ProcText.Listeners(ports));
        Replace("net/tcp6", ProcText.Listeners([]));
    }

    private static void Put(string folder, string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void Replace(string path, string text)
    {
        Put(_workshop, "fresh", text);
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.Move(Path.Combine(_workshop, "fresh"), PathOf(path), overwrite: true);
    }

    private string PathOf(string path) => Path.Combine(_root, path);
}
