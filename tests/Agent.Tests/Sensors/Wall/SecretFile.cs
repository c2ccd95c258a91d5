namespace Agent.Tests.Sensors.Wall;

/// <summary>A file of its own, removed with the test.</summary>
internal sealed class SecretFile : IDisposable
{
    public SecretFile(string text) => File.WriteAllText(Path, text);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
