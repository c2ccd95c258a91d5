using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Agent.Core.Attribution;
using Agent.Sensors;

namespace Agent.Tests;

public sealed partial class ArchitectureTests
{
    private const int LongestFile = 250;

    [Fact]
    public void The_core_is_pure()
    {
        using var assembly = new PEReader(File.OpenRead(typeof(Ledger).Assembly.Location));
        var metadata = assembly.GetMetadataReader();
        var impure = metadata.TypeReferences
            .Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .Where(name => name.StartsWith("System.IO.", StringComparison.Ordinal)
                || name.StartsWith("System.Net.", StringComparison.Ordinal)
                || name.StartsWith("System.Threading.", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.Extensions", StringComparison.Ordinal)
                || name is "System.Console" or "System.TimeProvider" or "System.Random");

        // What the compiler itself puts into every iterator, to know the thread that began it.
        Assert.Empty(impure.Except(["System.Threading.Thread"]));
    }

    [Theory]
    [InlineData("Config", "Grid")]
    [InlineData("Sensors", "Config")]
    [InlineData("Ollama", "Config")]
    [InlineData("History", "Config")]
    [InlineData("Metering", "Config Sensors Ollama")]
    [InlineData("Proxy", "Config Ollama")]
    [InlineData("Recording", "")]
    [InlineData("Export", "")]
    [InlineData("Grid", "Tariffs")]
    [InlineData("Tariffs", "")]
    [InlineData("Reporting", "Export")]
    [InlineData("Web", "Config Export Reporting")]
    [InlineData("Simulation", "Config Sensors Ollama")]
    [InlineData("Commands", "Config Sensors Ollama Grid Tariffs History Reporting Metering Proxy Export Web Simulation Recording")]
    public void Folders_look_one_way(string folder, string mayUse)
    {
        var allowed = mayUse.Split(' ').Append(folder).ToHashSet();
        var offences =
            from file in Repository.Sources($"src/Agent/{folder}")
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from Match named in Named.Matches(line)
            where !allowed.Contains(named.Groups["folder"].Value)
            select $"{Path.GetFileName(file)}: {line.Trim()}";

        Assert.Empty(offences);
    }

    [Fact]
    public void The_table_of_folders_is_whole() => Assert.Equal(
        ["Commands", "Config", "Export", "Grid", "History", "Metering", "Ollama", "Proxy", "Recording", "Reporting", "Sensors", "Simulation", "Tariffs", "Web"],
        Directory.EnumerateDirectories(Repository.Path("src/Agent")).Select(Path.GetFileName).Order());

    [Fact]
    public void Every_sensor_is_in_the_catalog()
    {
        var catalog = File.ReadAllText(Repository.Path("src/Agent/Sensors/SensorCatalog.cs"));
        var sensors = typeof(ISensor).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ISensor)));

        Assert.All(sensors, sensor => Assert.Contains(sensor.Name, catalog, StringComparison.Ordinal));
    }

    [Fact]
    public void No_file_is_long() => Assert.Empty(
        Repository.Sources("src").Where(file => File.ReadLines(file).Count() > LongestFile).Select(Path.GetFileName));

    [Fact]
    public void No_using_is_global() => Assert.DoesNotContain(Repository.Sources("src"), file => File.ReadAllText(file).Contains("global using", StringComparison.Ordinal));

    /// <summary>A folder as a using names it, and as code inside the namespace can name it without one.</summary>
    [GeneratedRegex(@"(?<![\w.])(Agent\.)?(?<folder>Config|Sensors|Ollama|Grid|Tariffs|Reporting|History|Metering|Proxy|Recording|Export|Web|Simulation|Commands)(\.[A-Z]|;)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named { get; }
}
