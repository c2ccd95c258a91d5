using System.Collections;
using Agent.Config;

namespace Agent.Tests.Config;

public sealed class ConfigLoaderTests
{
    [Fact]
    public void An_empty_file_yields_the_documented_defaults()
    {
        var config = Loaded(Load(""));

        Assert.Equal("127.0.0.1:10056", config.Listen);
        Assert.Equal(TimeSpan.FromSeconds(1), config.Sampling.Interval);
        Assert.Equal(TimeSpan.FromMilliseconds(200), config.Sampling.ActiveInterval);
        Assert.Equal("/sys", config.Paths.Sysfs);
        Assert.Equal("/proc", config.Paths.Procfs);
        Assert.Equal(Enabled.Auto, config.Sensors.Nvml.Enabled);
        Assert.Equal("libnvidia-ml.so.1", config.Sensors.Nvml.Library);
        Assert.Equal(Enabled.Auto, config.Sensors.Rapl.Enabled);
        Assert.Equal("http://127.0.0.1:11434", config.Ollama.Upstream);
        Assert.Equal(Enabled.Auto, config.Ollama.Runners);
        Assert.Equal(TimeSpan.FromSeconds(30), config.Ollama.PollInterval);
        Assert.Empty(config.Baseline.IdleWatts);
    }

    [Fact]
    public void Every_default_is_valid_and_leaves_the_configuration_as_it_is()
    {
        foreach (var key in ConfigKeys.All.Where(key => key.Default.Length > 0))
        {
            var config = new AgentConfig();
            Assert.Null(key.Set(config, "", key.Default));
            Assert.Equivalent(new AgentConfig(), config, strict: true);
        }
    }

    [Fact]
    public void The_sample_names_every_key_in_use_with_its_default()
    {
        var sample = File.ReadAllText(Repository.Path("packaging/joulet.yaml"));
        var uncommented = string.Join('\n', sample.Split('\n').Where(line => line is not ['#', ' ', not ' ', ..]).Select(line => line.TrimStart('#')));

        Assert.Empty(Assert.IsType<ConfigResult.Loaded>(Load(sample)).Warnings);
        Assert.Equivalent(new AgentConfig(), Loaded(Load(uncommented)), strict: true);
        foreach (var key in ConfigKeys.All.Where(key => key is { Later: false, IsMap: false }))
        {
            Assert.Contains($"{key.Path.Split('.')[^1]}: {key.Default}", uncommented, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_comes_later_wins_file_environment_command_line()
    {
        var environment = new Hashtable { ["JOULET__SAMPLING__INTERVAL"] = "3s", ["JOULET__LISTEN"] = "127.0.0.1:3", ["JOULET_BINARY"] = "x" };
        var config = Loaded(Load(
            "listen: 127.0.0.1:1\nsampling: { interval: 2s, active_interval: 100ms }",
            environment,
            new Setting("listen", "127.0.0.1:4", "option --listen")));

        Assert.Equal("127.0.0.1:4", config.Listen);
        Assert.Equal(TimeSpan.FromSeconds(3), config.Sampling.Interval);
        Assert.Equal(TimeSpan.FromMilliseconds(100), config.Sampling.ActiveInterval);
    }

    [Fact]
    public void Idle_watts_are_told_by_device_in_file_and_environment()
    {
        var config = Loaded(Load(
            "baseline:\n  idle_watts:\n    GPU-1: 21.5\n",
            new Hashtable { ["JOULET__BASELINE__IDLE_WATTS__package-0"] = "30" }));

        Assert.Equal(new Dictionary<string, double> { ["GPU-1"] = 21.5, ["package-0"] = 30 }, config.Baseline.IdleWatts);
    }

    [Fact]
    public void A_null_is_the_default()
    {
        Assert.Equivalent(new AgentConfig(), Loaded(Load("listen:\nsampling:\ncarbon:\n  grams_per_kwh: null\nsensors: ~\n")), strict: true);
    }

    [Theory]
    [InlineData("listn: 127.0.0.1:1", ":1: listn: there is no such key")]
    [InlineData("sampling:\n  interval: soon", ":2: sampling.interval: 'soon' is no duration")]
    [InlineData("sampling:\n  interval: 1h", ":2: sampling.interval: 1h is out of range: 100ms to 10s")]
    [InlineData("sampling: 1s", ":1: sampling: is a section, not a value")]
    [InlineData("listen: [a, b]", ":1: listen: must be a single value")]
    [InlineData("listen: localhost:1", ":1: listen: 'localhost:1' is no address")]
    [InlineData("listen: 127.0.0.1", ":1: listen: '127.0.0.1' is no address")]
    [InlineData("ollama:\n  upstream: ftp://x", ":2: ollama.upstream: is no address of an Ollama")]
    [InlineData("ollama:\n  upstream: http://x/api", ":2: ollama.upstream: is no address of an Ollama")]
    [InlineData("ollama:\n  upstream: http://me:secret@x", ":2: ollama.upstream: is no address of an Ollama: write http://host:port, without user or path")]
    [InlineData("ollama:\n  runners: true", ":2: ollama.runners: 'true' is none of auto, false")]
    [InlineData("sensors:\n  nvml:\n    enabled: yes", ":3: sensors.nvml.enabled: 'yes' is none of auto, true, false")]
    [InlineData("paths:\n  sysfs: sys", ":2: paths.sysfs: 'sys' is no absolute path")]
    [InlineData("baseline:\n  idle_watts:\n    GPU-1: -3", ":3: baseline.idle_watts.GPU-1: -3 is out of range")]
    [InlineData("carbon:\n  pue: 0.5", ":2: carbon.pue: 0.5 is out of range: 1 to 10")]
    [InlineData("listen: 127.0.0.1:1\nlisten: 127.0.0.1:2", ":2: no valid YAML")]
    [InlineData("a: b: c", ":1: no valid YAML")]
    [InlineData("--- {}\n--- {}", ": a second document")]
    [InlineData("just text", ":1: must hold keys and values")]
    public void A_fault_is_told_with_its_line_key_and_reason(string yaml, string problem)
    {
        var problems = Assert.IsType<ConfigResult.Invalid>(Load(yaml)).Problems;

        Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once_wherever_they_stand()
    {
        var result = Load(
            "listen: nowhere\nx: 1",
            new Hashtable { ["JOULET__NO__SUCH"] = "1" },
            new Setting("ollama.poll_interval", "1s", "option --ollama:poll_interval"));

        Assert.Equal(4, Assert.IsType<ConfigResult.Invalid>(result).Problems.Count);
    }

    [Fact]
    public void The_fast_pace_must_not_be_slower_than_the_usual_one() =>
        Assert.Contains(
            "2s is longer than sampling.interval (1s)",
            Assert.Single(Assert.IsType<ConfigResult.Invalid>(Load("sampling: { active_interval: 2s }")).Problems),
            StringComparison.Ordinal);

    [Fact]
    public void A_setting_this_version_does_not_use_is_warned_about()
    {
        var loaded = Assert.IsType<ConfigResult.Loaded>(Load("carbon:\n  zone: DE\nollama:\n  journal_unit: ollama.service"));

        Assert.Contains("carbon.zone is accepted, but this version does not use it yet", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_asked_for_must_be_there() =>
        Assert.Contains(
            "there is no such file",
            Assert.Single(Assert.IsType<ConfigResult.Invalid>(ConfigLoader.Load("/no/such/file.yaml", [], new Hashtable())).Problems),
            StringComparison.Ordinal);

    private static AgentConfig Loaded(ConfigResult result) =>
        result is ConfigResult.Invalid invalid
            ? throw new InvalidOperationException(string.Join('\n', invalid.Problems))
            : ((ConfigResult.Loaded)result).Config;

    private static ConfigResult Load(string yaml, IDictionary? environment = null, params Setting[] options)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, yaml);
            return ConfigLoader.Load(file, options, environment ?? new Hashtable());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
