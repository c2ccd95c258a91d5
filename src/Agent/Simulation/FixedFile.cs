using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agent.Simulation;

/// <summary>
/// A file of the simulated machine that changes under its readers, as files of /proc and /sys do: a reader keeps it
/// open, and never sees it empty or half old. So it is written in place, and every text it gets is as long as its
/// first.
/// </summary>
internal sealed class FixedFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private string _text;

    public FixedFile(string path, string text)
    {
        _path = path;
        _text = text;
        File.WriteAllText(path, text);
        _file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Writes a text as long as the first, in ASCII.</summary>
    public void Write(string text)
    {
        if (text.Length != _text.Length)
        {
            throw new ArgumentException(
                $"{_path} has {_text.Length} characters and would get {text.Length}.", nameof(text));
        }

        if (text != _text)
        {
            _text = text;
            RandomAccess.Write(_file, Encoding.ASCII.GetBytes(text), 0);
        }
    }

    public void Dispose() => _file.Dispose();
}
