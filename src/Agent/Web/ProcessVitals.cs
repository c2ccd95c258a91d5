using System.Reflection;
using Agent.Export;

namespace Agent.Web;

/// <summary>What the agent's own process costs.</summary>
internal sealed class ProcessVitals(TimeProvider time)
{
    private readonly double _started = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    public static string Version { get; } =
        typeof(ProcessVitals).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public Vitals Now => new(
        Version,
        _started,
        Environment.CpuUsage.TotalTime.TotalSeconds,
        Environment.WorkingSet,
        OpenFiles())
    {
        Now = time.GetUtcNow(),
    };

    private static int? OpenFiles()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
