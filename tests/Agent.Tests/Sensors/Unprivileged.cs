using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Agent.Tests.Sensors;

/// <summary>Runs something as a user without rights to files, also where the tests run as root.</summary>
internal static partial class Unprivileged
{
    private const uint Nobody = 65534;

    public static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;

        // The kernel keeps this id, and the rights that go with it, for each thread apart.
        var thread = new Thread(() =>
        {
            _ = SetFileSystemUser(Nobody);
            try
            {
                action();
            }
#pragma warning disable CA1031 // A test's failure of any kind is thrown again on the test's own thread.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFileSystemUser(uint user);
}
