using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>Stops a process as a hang would, and lets it go on.</summary>
internal static partial class Signals
{
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    public static void Freeze(this Process process) => Assert.Equal(0, Kill(process.Id, Sigstop));

    public static void Thaw(this Process process) => Assert.Equal(0, Kill(process.Id, Sigcont));

    [LibraryImport("libc.so.6", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
