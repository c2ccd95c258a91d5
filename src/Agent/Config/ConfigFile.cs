using System.Text;

namespace Agent.Config;

/// <summary>The text of the configuration file.</summary>
internal static class ConfigFile
{
    /// <summary>A configuration is some dozen lines; what is larger is another file.</summary>
    private const int LargestFile = 1024 * 1024;

    private const char ByteOrderMark = '\uFEFF';

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads it, up to a limit: it may be a pipe or a device.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="mustExist">It was asked for by name: not there is a problem.</param>
    /// <returns>The text, empty where there is none; and why it could not be read.</returns>
    public static (string Text, string? Problem) Read(string file, bool mustExist)
    {
        if (file.Length == 0)
        {
            return ("", "--config: names no file");
        }

        if (Directory.Exists(file))
        {
            return ("", $"{file}: is a folder, not a file");
        }

        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            var bytes = new byte[LargestFile + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > LargestFile
                ? ("", $"{file}: larger than 1 MiB: this is no configuration of joulet")
                : (Utf8.GetString(bytes, 0, length).TrimStart(ByteOrderMark), null);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return ("", mustExist ? $"{file}: there is no such file" : null);
        }
        catch (UnauthorizedAccessException)
        {
            var user = Environment.UserName;
            return ("", $"{file}: user {user} may not read it: sudo chgrp {user} {file} && sudo chmod g+r {file}; its folder needs the group's x too");
        }
        catch (IOException failure)
        {
            return ("", $"{file}: cannot be read: {failure.Message}");
        }
        catch (DecoderFallbackException)
        {
            return ("", $"{file}: is no UTF-8 text");
        }
    }
}
