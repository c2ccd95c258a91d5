using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Tests.Sensors.Nvml;

/// <summary>
/// A copy of the fake libnvidia-ml.so.1 (tests/native/fake_nvml.c, which says what can be told to it), of one test
/// alone: the loader knows libraries by their inode, so copies share nothing. Built with gcc, once in a run of the
/// tests.
/// </summary>
internal sealed unsafe class NvmlFake : IDisposable
{
    private static readonly Lazy<string> Present = new(() => Build("present"));
    private static readonly Lazy<string> Old = new(() => Build("old", "-DOLD_DRIVER"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fake-nvml-");
    private readonly string _state;
    private readonly string _calls;

    public NvmlFake(string state, bool oldDriver = false)
    {
        Library = Path.Combine(_folder.FullName, "libnvidia-ml.so.1");
        _state = Path.Combine(_folder.FullName, "state");
        _calls = Path.Combine(_folder.FullName, "calls");
        File.Copy((oldDriver ? Old : Present).Value, Library);
        Show(state);

        // The environment of .NET is a copy that getenv does not see: this copy of the library is told directly.
        var tell = (delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(
            NativeLibrary.Load(Library), "fake_nvml_state_path");
        fixed (byte* path = Encoding.UTF8.GetBytes(_state + '\0'))
        {
            tell(path);
        }
    }

    public string Library { get; }

    /// <summary>What another process that loads the library is told by FAKE_NVML_STATE.</summary>
    public string StateFile => _state;

    /// <summary>How often a function was called; of any name, all of them.</summary>
    public int Calls(string name = "") => File.Exists(_calls)
        ? File.ReadLines(_calls).Count(line => line.StartsWith(name, StringComparison.Ordinal))
        : 0;

    /// <summary>What the driver shows from now on.</summary>
    public void Show(string state)
    {
        File.WriteAllText($"{_state}.new", $"log {_calls}\n{state}\n");
        File.Move($"{_state}.new", _state, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A driver thread that was made to hang may still write its log there: it is the temporary folder's then.
        }
    }

    private static string Build(string name, params string[] options)
    {

        var library = Path.Combine(AppContext.BaseDirectory, $"fake-nvml-{name}.so");
        string[] arguments =
        [
            "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-shared", "-fPIC", "-O1", .. options,
            "-o", library, Repository.Path("tests/native/fake_nvml.c"), "-lpthread",
        ];
        try
        {
            using var gcc = Process.Start(new ProcessStartInfo("gcc", arguments)
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            var said = gcc.StandardError.ReadToEnd();
            gcc.WaitForExit();
            return gcc.ExitCode == 0
                ? library
                : throw new InvalidOperationException($"gcc could not build the fake NVML:\n{said}");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("These tests build a fake NVML with gcc: install gcc.", missing);
        }
    }
}
