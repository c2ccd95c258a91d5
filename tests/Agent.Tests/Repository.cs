namespace Agent.Tests;

/// <summary>The repository these tests belong to.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Path(string path) => System.IO.Path.Combine(Root, path);

    /// <summary>Source files below a folder.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories);

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The tests run outside their repository."),
        _ when File.Exists(System.IO.Path.Combine(folder.FullName, "Agent.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
