using System.Globalization;
using System.Text;

namespace Agent.Simulation;

/// <summary>What the files of a /proc say, in the kernel's words (proc(5)).</summary>
internal static class ProcText
{
    /// <summary>Clock ticks in a second.</summary>
    private const int Ticks = 100;

    /// <summary>Of processor time, the share spent in programs; the rest is the kernel's.</summary>
    private const double UserShare = 0.88;

    /// <summary>The kernel pads the lines of sockets to this.</summary>
    private const int SocketWidth = 149;

    /// <summary>A socket's inode is this and its port: new with every port.</summary>
    private const int Inode = 300_000;

    /// <summary>/proc/stat.</summary>
    public static string Stat(SimulatedWorld world, int processors, long bootTime)
    {
        var busy = world.Processes.CpuSeconds;
        var idle = (ProcessTable.UpTime(world.Now).TotalSeconds * processors) - busy;
        var text = new StringBuilder();
        Line("cpu ", 1);
        for (var i = 0; i < processors; i++)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"cpu{i}"), processors);
        }

        text.Append(CultureInfo.InvariantCulture, $"intr 0\nctxt 88120455\nbtime {bootTime}\nprocesses 41300\n");
        return text.Append("procs_running 1\nprocs_blocked 0\n").ToString();

        void Line(string name, int parts)
        {
            var (user, system) = Split(busy / parts);
            var rest = (long)(idle / parts * Ticks);
            text.Append(name)
                .Append(CultureInfo.InvariantCulture, $" {user:D10} 0 {system:D10} {rest:D12} 0 0 0 0 0 0\n");
        }
    }

    /// <summary>/proc/uptime.</summary>
    public static string UpTime(SimulatedWorld world, int processors)
    {
        var up = ProcessTable.UpTime(world.Now).TotalSeconds;
        var idle = (up * processors) - world.Processes.CpuSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{up:00000000.00} {idle:0000000000.00}\n");
    }

    /// <summary>/proc/PID/stat.</summary>
    public static string ProcessStat(SimulatedProcess process)
    {
        const string afterStart =
            "8192000000 210000 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 3 0 0 0 0 0 0 0 0 0 0 0 0 0";
        var (user, system) = Split(process.CpuSeconds);
        var (pid, name, parent, start) = (process.Pid, process.Name, process.Parent, process.StartTicks);
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{pid} ({name}) S {parent} {pid} {pid} 0 -1 4194304 20417 0 0 0 ")
            .Append(CultureInfo.InvariantCulture, $"{user:D10} {system:D10} 0 0 20 0 17 0 {start} {afterStart}\n")
            .ToString();
    }

    /// <summary>/proc/PID/status.</summary>
    public static string Status(SimulatedProcess process) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Name:	{process.Name}
        Umask:	0022
        State:	S (sleeping)
        Tgid:	{process.Pid}
        Ngid:	0
        Pid:	{process.Pid}
        PPid:	{process.Parent}
        TracerPid:	0
        Uid:	{process.User}	{process.User}	{process.User}	{process.User}
        Gid:	{process.User}	{process.User}	{process.User}	{process.User}
        FDSize:	256
        Groups:	{process.User}
        NStgid:	{process.Pid}
        NSpid:	{process.Pid}
        VmRSS:	  840000 kB
        Threads:	17

        """);

    /// <summary>/proc/PID/net/tcp: Ollama's sockets that listen on 127.0.0.1.</summary>
    public static string Listeners(IEnumerable<int> ports)
    {
        const string heading =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
        var text = new StringBuilder(heading.PadRight(SocketWidth)).Append('\n');
        foreach (var (slot, port) in ports.Index())
        {
            const int user = ProcessTable.OllamaUser;
            const string idle = "00000000:0000 0A 00000000:00000000 00:00000000 00000000";
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{slot,4}: 0100007F:{port:X4} {idle} {user,5}        0 {Inode + port} 1 {0:X16} 100 0 0 10 0");
            text.Append(line.PadRight(SocketWidth)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>/proc/cpuinfo, the lines that matter of one socket.</summary>
    public static string CpuInfo(int processors) => string.Concat(
        from i in Enumerable.Range(0, processors)
        select string.Create(
            CultureInfo.InvariantCulture,
            $"""
            processor	: {i}
            vendor_id	: GenuineIntel
            cpu family	: 6
            model		: 183
            model name	: Simulated processor
            cpu MHz		: 3400.000
            physical id	: 0
            siblings	: {processors}
            core id		: {i / 2}
            cpu cores	: {processors / 2}


            """));

    private static (long User, long System) Split(double coreSeconds)
    {
        var ticks = (long)(coreSeconds * Ticks);
        var user = (long)(coreSeconds * Ticks * UserShare);
        return (user, ticks - user);
    }
}
