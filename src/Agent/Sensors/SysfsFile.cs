using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agent.Sensors;

/// <summary>One attribute of /sys that is read again and again: opened once, read from its start each time.</summary>
/// <remarks>
/// A device that is registered anew gives new files; the open one then answers ENODEV. So an attribute whose file had to
/// be opened again after a failure may belong to a device that started anew.
/// </remarks>
internal sealed class SysfsFile(string path) : IDisposable
{
    private readonly byte[] _buffer = new byte[Sysfs.LongestText];
    private SafeFileHandle? _handle;

    /// <summary>How often the file was opened.</summary>
    public long Openings { get; private set; }

    public SysfsText ReadText()
    {
        try
        {
            if (_handle is null)
            {
                _handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
                Openings++;
            }

            var length = RandomAccess.Read(_handle, _buffer, 0);
            return new SysfsText.Read(Encoding.ASCII.GetString(_buffer, 0, length).Trim());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Dispose();
            return new SysfsText.Failed(Sysfs.CauseOf(failure, path), failure.Message);
        }
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
