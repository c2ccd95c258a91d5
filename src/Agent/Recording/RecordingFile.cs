namespace Agent.Recording;

/// <summary>The file of a recording.</summary>
internal static class RecordingFile
{
    /// <summary>Makes it: a new one, that only its owner may read.</summary>
    /// <returns>Where to write; or why not, and what to do about it.</returns>
    public static (RecordingWriter? Writer, string? Problem) Create(string path)
    {
        if (path.Length == 0)
        {
            return (null, "names no file");
        }

        try
        {
            var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0, // the writer has its own
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            return (new RecordingWriter(file, path), null);
        }
        catch (DirectoryNotFoundException)
        {
            return (null, $"{path}: there is no such folder");
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            return (null, $"{path}: is a folder, not a file");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, $"{path}: user {Environment.UserName} may not write there; name a file in a folder where it may, such as paths.state");
        }
        catch (IOException) when (Path.Exists(path))
        {
            return (null, $"{path}: is there already, and a recording overwrites nothing; remove it or give another name");
        }
        catch (IOException failure)
        {
            return (null, $"{path}: cannot be made: {failure.Message}");
        }
    }

    /// <summary>Takes it away where nothing was recorded: the agent did not start, or there was no room.</summary>
    public static void RemoveEmpty(string path)
    {
        var file = new FileInfo(path);
        if (file is { Exists: true, Length: 0 })
        {
            file.Delete();
        }
    }

    /// <summary>Opens one to read.</summary>
    /// <returns>Its bytes as they are on the disk; or why not.</returns>
    public static (Stream? Bytes, string? Problem) Open(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? (null, $"{path}: is a folder, not a file")
                : (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), null);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            return (null, $"{path}: there is no such file");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, $"{path}: user {Environment.UserName} may not read it: sudo chown {Environment.UserName} {path}");
        }
        catch (IOException failure)
        {
            return (null, $"{path}: cannot be read: {failure.Message}");
        }
    }
}
