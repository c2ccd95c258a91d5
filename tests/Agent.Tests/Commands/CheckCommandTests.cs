using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Agent.Commands;
using Agent.Config;
using Agent.Tests.Hosts;
using Agent.Tests.Ollama;
using Agent.Tests.Sensors;

namespace Agent.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private readonly FixtureTree _machine = FixtureTree.Load("amd-desktop");
    private readonly string _folder = Directory.CreateTempSubdirectory("joulet-check-").FullName;

    public CheckCommandTests() => _machine.At(TimeSpan.Zero);

    public void Dispose()
    {
        _machine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task As_json_it_says_the_same_in_names_that_stay()
    {
        var (exit, output, _) = await CheckAsync(_machine.Config(), json: true);

        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, 0), (exit, report.GetProperty("exit_code").GetInt32()));
        Assert.Equal("All is well: joulet can measure this machine.", report.GetProperty("verdict").GetString());
        Assert.Contains(report.GetProperty("findings").EnumerateArray(), finding =>
            (finding.GetProperty("verdict").GetString(), finding.GetProperty("subject").GetString()) is ("good", "rapl"));
        var gpu = report.GetProperty("devices").EnumerateArray().Single(device => device.GetProperty("kind").GetString() == "gpu");
        Assert.Equal(("hwmon:GPU-7d8a5c1b2e3f4a5b", "read", "integrated"),
            (gpu.GetProperty("sensor").GetString(), gpu.GetProperty("state").GetString(), gpu.GetProperty("method").GetString()));
        Assert.Equal(38, gpu.GetProperty("watts").GetDouble(), 6);
        Assert.Equal(38, report.GetProperty("host_watts").GetProperty("gpu").GetDouble(), 6);
    }

    [Theory]
    [InlineData("virtual-machine", "", 1, "joulet would see no energy source")]
    [InlineData("virtual-machine", "sensors.rapl.enabled", 1, "joulet would not start: sensors.rapl.enabled is true")]
    [InlineData("virtual-machine", "sensors.battery.enabled", 1, "joulet would not start: sensors.battery.enabled is true")]
    [InlineData("intel-desktop", "sensors.hwmon.enabled", 1, "joulet would not start: sensors.hwmon.enabled is true")]
    [InlineData("intel-desktop", "sensors.rapl.enabled", 0, "All is well")]
    public async Task Its_exit_code_says_whether_the_agent_would_measure(string machine, string required, int exit, string verdict)
    {
        using var tree = FixtureTree.Load(machine);
        tree.At(TimeSpan.Zero);

        var (code, output, _) = await CheckAsync(required.Length == 0 ? tree.Config() : tree.Config((required, "true")));

        Assert.Equal(exit, code);
        Assert.Contains(verdict, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rights_it_says_what_it_may_not_read_and_what_to_do()
    {
        OpenToAll(_machine.Root);
        File.SetUnixFileMode(Path.Combine(_machine.Root, "sys/class/powercap/intel-rapl:0/energy_uj"), UnixFileMode.None);
        var output = "";
        var exit = 0;
        Unprivileged.Run(() => (exit, output, _) = CheckAsync(_machine.Config(), seconds: 0).GetAwaiter().GetResult());

        Assert.Equal(0, exit);
        Assert.Contains("FAIL rapl         package-0: its counter is readable by root only.", output, StringComparison.Ordinal);
        Assert.Contains("/etc/udev/rules.d/70-joulet.rules", output, StringComparison.Ordinal);
        Assert.Contains("38.0 W", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_has_what_a_bug_report_needs_and_nothing_private()
    {
        string[] canaries = ["secretmodel", "canaryuser", "canaryplug", "canaryhost", "carol", "7d8a5c1b2e3f4a5b", "9b2f", "198.51.100.7", "sha256-0123456789ab", "aa:bb:cc:dd:ee:ff", "canarysecret"];
        const string Uuid = "GPU-9b2f0000-1111-2222-3333-444455556666";
        await using var agent = await LoopbackServer.StartAsync(_ => (200, $$"""
            joulet_build_info{version="1"} 1
            joulet_model_energy_joules_total{model="secretmodel:7b",category="load",component="gpu"} 5
            joulet_sensor_up{sensor="nvml:{{Uuid}}"} 0
            joulet_gpu_info{gpu_uuid="{{Uuid}}",name="/home/carol/x sha256-0123456789ab aa:bb:cc:dd:ee:ff"} 1

            """));
        var password = Path.Combine(_folder, "canarysecret");
        await File.WriteAllTextAsync(password, "canarysecret", TestContext.Current.CancellationToken);
        var config = _machine.Config(
            ("listen", $"127.0.0.1:{agent.Port}"), ("paths.state", "/home/carol/state"), ("ollama.upstream", "http://canaryhost.test:1"), ("sensors.wall.kind", "shelly"),
            ("sensors.wall.address", "http://canaryplug.test"), ("sensors.wall.username", "canaryuser"), ("sensors.wall.password_file", password));
        var bundle = Path.Combine(_folder, "joulet.tar.gz");

        var (_, output, errors) = await CheckAsync(config, bundle: bundle);

        Assert.Contains("canaryplug", output, StringComparison.Ordinal); // what is on the screen stays there
        Assert.Contains($"{bundle} is written", errors, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bundle));
        var texts = Unpack(bundle);
        Assert.Equal(["README.txt", "check.json", "check.txt", "machine.txt", "metrics.txt", "settings.txt"], texts.Keys.Order(StringComparer.Ordinal));
        Assert.All(canaries, canary => Assert.All(texts, text => Assert.DoesNotContain(canary, text.Value, StringComparison.OrdinalIgnoreCase)));
        Assert.Contains("joulet_model_energy_joules_total{model=\"model-1\"", texts["metrics.txt"], StringComparison.Ordinal);
        Assert.Contains("class/hwmon/hwmon4: name=amdgpu", texts["machine.txt"], StringComparison.Ordinal);
        Assert.Contains("sensors.wall: Shelly", texts["settings.txt"], StringComparison.Ordinal);
        Assert.Contains("38.0 W", texts["check.txt"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bundle.zip", "does not end in .tar.gz")]
    [InlineData("there.tar.gz", "is there already")]
    [InlineData("nowhere/bundle.tar.gz", "there is no such folder")]
    public async Task A_bundle_that_cannot_be_written_is_told_before_anything_is_measured(string file, string why)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "there.tar.gz"), "", TestContext.Current.CancellationToken);

        var (exit, output, errors) = await CheckAsync(_machine.Config(), bundle: Path.Combine(_folder, file));

        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(why, errors, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Errors)> CheckAsync(AgentConfig config, bool json = false, string? bundle = null, double seconds = 1.2)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var options = new CheckOptions(TimeSpan.FromSeconds(seconds), json, bundle, TimeProvider.System, output, errors);
        var exit = await CheckCommand.RunAsync(config, options, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), errors.ToString());
    }

    private static Dictionary<string, string> Unpack(string bundle)
    {
        using var packed = new GZipStream(File.OpenRead(bundle), CompressionMode.Decompress);
        using var tar = new TarReader(packed);
        var texts = new Dictionary<string, string>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!);
            texts[Path.GetFileName(entry.Name)] = reader.ReadToEnd();
        }

        return texts;
    }

    /// <summary>As in the real /sys, anybody may look around.</summary>
    private static void OpenToAll(string folder) => File.SetUnixFileMode(
        folder,
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
}
