using System.Collections;
using Agent.Config;
using CsCheck;

namespace Agent.Tests.Config;

public sealed class ConfigLoaderTests
{
    /// <summary>What a configuration and YAML's syntax are made of.</summary>
    private static readonly string[] Pieces =
    [
        "a", "listen", "sampling", "interval", ": ", ":", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&x ", "*x", "!", "<<",
        "|", ">", "'", "\"", "#", "? ", "---", "...", "%", "\t", "1s", "~", "\0", "é",
    ];

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
        foreach (var key in ConfigKeys.Table.All.Where(key => key.Default.Length > 0))
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

        Assert.IsType<ConfigResult.Loaded>(Load(sample));
        Assert.Equivalent(new AgentConfig(), Loaded(Load(uncommented)), strict: true);
        foreach (var key in ConfigKeys.Table.All.Where(key => !key.IsMap))
        {
            var parts = key.Path.Split('.');
            Assert.Contains(key.IsList ? $"{parts[^2]}: []" : $"{parts[^1]}: {key.Default}", uncommented, StringComparison.Ordinal);
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
    public void Several_Ollamas_are_listed_in_the_file()
    {
        var config = Loaded(Load("ollama:\n  upstreams:\n    - http://127.0.0.1:11434\n    - 127.0.0.1:11500 # the other\n"));

        Assert.Equal(["http://127.0.0.1:11434", "127.0.0.1:11500"], config.Ollama.Addresses);
    }

    [Fact]
    public void Several_Ollamas_are_counted_in_the_environment_and_on_the_command_line()
    {
        var environment = Enumerable.Range(0, 12).ToDictionary(number => $"JOULET__OLLAMA__UPSTREAMS__{number}", number => $"127.0.0.1:{number + 1}");
        var config = Loaded(Load("", new Hashtable(environment), new Setting("ollama.upstreams.1", "127.0.0.1:99", "option --ollama:upstreams:1")));

        Assert.Equal(12, config.Ollama.Addresses.Count);
        Assert.Equal(["127.0.0.1:1", "127.0.0.1:99", "127.0.0.1:3"], config.Ollama.Addresses.Take(3));
        Assert.Equal("127.0.0.1:12", config.Ollama.Addresses[^1]);
    }

    [Theory]
    [InlineData("ollama:\n  upstreams: []\n  upstream: 127.0.0.1:5")]
    [InlineData("ollama:\n  upstreams:\n  upstream: 127.0.0.1:5")]
    [InlineData("ollama:\n  upstreams: [127.0.0.1:5]")]
    public void An_empty_list_and_one_of_one_are_one_Ollama(string yaml) =>
        Assert.Equal("127.0.0.1:5", Assert.Single(Loaded(Load(yaml)).Ollama.Addresses));

    [Fact]
    public void More_Ollamas_than_there_can_be_are_refused_each_with_its_line()
    {
        var problems = Problems(Load("ollama:\n  upstreams:\n" + string.Concat(Enumerable.Range(1, 18).Select(port => $"    - 127.0.0.1:{port}\n"))));

        Assert.Equal(2, problems.Count);
        Assert.EndsWith(":19: ollama.upstreams.16: there can be 16 at most", problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ollama.upstreams.1", "option: ollama.upstreams.1: ollama.upstreams.0 is missing")]
    [InlineData("ollama.upstreams.00", "option: ollama.upstreams.00: there is no such key")]
    [InlineData("ollama.upstreams.x", "option: ollama.upstreams.x: there is no such key")]
    [InlineData("ollama.upstreams", "option: ollama.upstreams: is a list")]
    public void Entries_are_counted_from_0_without_a_gap(string path, string problem) => Assert.StartsWith(
        problem, Assert.Single(Problems(Load("", null, new Setting(path, "127.0.0.1:1", "option")))), StringComparison.Ordinal);

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
    [InlineData("ollama:\n  upstreams: http://127.0.0.1:1", ":2: ollama.upstreams: is a list: write [A, B] in the file; elsewhere count its entries from 0 (ollama.upstreams.0)")]
    [InlineData("ollama:\n  upstreams: { a: http://127.0.0.1:1 }", ":2: ollama.upstreams: is a list")]
    [InlineData("ollama:\n  upstreams:\n    - http://127.0.0.1:1\n    - ftp://x", ":4: ollama.upstreams.1: is no address of an Ollama")]
    [InlineData("ollama:\n  upstreams:\n    - http://127.0.0.1:1\n    -", ":4: ollama.upstreams.1: is no address of an Ollama")]
    [InlineData("ollama:\n  upstreams:\n    - http://127.0.0.1:1\n    - { a: b }", ":4: ollama.upstreams.1: must be a single value")]
    [InlineData("ollama:\n  upstreams:\n    - http://127.0.0.1:1\n    - [a, b]", ":4: ollama.upstreams.1: must be a single value")]
    [InlineData("ollama:\n  upstreams:\n    - &a http://127.0.0.1:1", ":3: ollama.upstreams.0: anchors, aliases and tags")]
    [InlineData("ollama:\n  upstreams: !x [http://127.0.0.1:1]", ":2: ollama.upstreams: anchors, aliases and tags")]
    [InlineData("ollama:\n  upstreams:\n    - http://127.0.0.1:1\n    - 127.0.0.1:2\n    - 0.0.0.0:1", ":5: ollama.upstreams.2: leads to the same place as ollama.upstreams.0")]
    [InlineData("ollama:\n  upstreams: [localhost, http://127.0.0.1:11434/]", ":2: ollama.upstreams.1: leads to the same place as ollama.upstreams.0")]
    [InlineData("ollama:\n  upstream: 127.0.0.1:1\n  upstreams: [127.0.0.1:2]", ":3: ollama.upstreams: ollama.upstream is given, too (")]
    [InlineData("ollama:\n  upstreams: [127.0.0.1:1, 127.0.0.1:2]\n  upstream: 127.0.0.1:3", ":2: ollama.upstreams: ollama.upstream is given, too (")]
    [InlineData("ollama:\n  runners: true", ":2: ollama.runners: 'true' is none of auto, false")]
    [InlineData("sensors:\n  nvml:\n    enabled: yes", ":3: sensors.nvml.enabled: 'yes' is none of auto, true, false")]
    [InlineData("paths:\n  sysfs: sys", ":2: paths.sysfs: 'sys' is no absolute path")]
    [InlineData("baseline:\n  idle_watts:\n    GPU-1: -3", ":3: baseline.idle_watts.GPU-1: -3 is out of range")]
    [InlineData("carbon:\n  pue: 0.5", ":2: carbon.pue: 0.5 is out of range: 1 to 10")]
    [InlineData("sampling:\n  interval: 999999999h", ":2: sampling.interval: 999999999h is out of range")]
    [InlineData("sampling:\n  interval: 1", ":2: sampling.interval: '1' is no duration")]
    [InlineData("sampling:\n  interval: 100ms", ":2: sampling.active_interval: 200ms is longer than sampling.interval (100ms)")]
    [InlineData("sampling.interval: 2s", ":1: sampling.interval: there is no such key")]
    [InlineData("listen: 1:80", ":1: listen: '1:80' is no address")]
    [InlineData("listen: ::1:80", ":1: listen: '::1:80' is no address")]
    [InlineData("listen: \"127.0.0.1:1\\0\"", ":1: listen: holds a control character")]
    [InlineData("listen: &a 127.0.0.1:1", ":1: listen: anchors, aliases and tags")]
    [InlineData("listen: !!str 127.0.0.1:1", ":1: listen: anchors, aliases and tags")]
    [InlineData("sensors:\n  nvml:\n    library: ''", ":3: sensors.nvml.library: '' is neither a library's name nor an absolute path")]
    [InlineData("sensors:\n  nvml:\n    library: lib/x.so", ":3: sensors.nvml.library: 'lib/x.so' is neither")]
    [InlineData("sensors: []", ":1: sensors: is a section, not a value")]
    [InlineData("sensors: ''", ":1: sensors: is a section, not a value")]
    [InlineData("ollama:\n  journal_unit: ollama", ":2: ollama.journal_unit: 'ollama' is no unit")]
    [InlineData("power_state:\n  dbus_address: system", ":2: power_state.dbus_address: 'system' is no D-Bus address")]
    [InlineData("carbon:\n  zone: a b", ":2: carbon.zone: 'a b' is no zone")]
    [InlineData("cost:\n  currency: euro", ":2: cost.currency: 'euro' is no ISO 4217 code")]
    [InlineData("otlp:\n  endpoint: http://me:secret@x", ":2: otlp.endpoint: is no address: write http://host:port or https://host:port, without user")]
    [InlineData("baseline:\n  idle_watts:\n    GPU-1:", ":3: baseline.idle_watts.GPU-1: has no value")]
    [InlineData("foo: { bar: [1, 2], baz: { a: b } }", ":1: foo: there is no such key")]
    [InlineData("? [a, b]\n: c", ":1: a key must be a single word")]
    [InlineData("listen: 127.0.0.1:1\nlisten: 127.0.0.1:2", ":2: listen: stands already in line 1")]
    [InlineData("sampling:\n  interval: 1s\nsampling:\n  interval: 2s", ":3: sampling: stands already in line 1")]
    [InlineData("a: b: c", ":1: no valid YAML")]
    [InlineData("--- {}\n--- {}", ": a second document")]
    [InlineData("just text", ":1: must hold keys and values")]
    public void A_fault_is_told_with_its_line_key_and_reason(string yaml, string problem)
    {
        var problems = Problems(Load(yaml));

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
    public void Faults_of_syntax_hide_no_others() => Assert.Equal(2, Problems(Load("listen: a\nsampling: b: c")).Count);

    [Fact]
    public void A_text_nested_without_end_is_refused_at_once() =>
        Assert.Contains("nested too deeply", Problems(Load($"a: {new string('[', 200_000)}"))[0], StringComparison.Ordinal);

    [Fact]
    public void Any_text_gives_settings_or_problems() =>
        Gen.Int[0, Pieces.Length - 1].Select(piece => Pieces[piece])
            .Array[0, 24]
            .Select(string.Concat)
            .Sample(text => YamlSettings.Read("joulet.yaml", text, ConfigKeys.Table), iter: 20_000);

    [Fact]
    public void Of_very_many_faults_the_first_are_told_and_the_number_of_the_rest()
    {
        var problems = Problems(Load(string.Concat(Enumerable.Range(0, 1000).Select(number => $"k{number}: 1\n"))));

        Assert.Equal(51, problems.Count);
        Assert.Equal("and 950 more problems", problems[^1]);
    }

    [Fact]
    public void A_value_of_any_length_is_no_value() =>
        Assert.Contains("has 5000 characters", Assert.Single(Problems(Load($"listen: {new string('1', 5000)}"))), StringComparison.Ordinal);

    [Fact]
    public void What_is_given_twice_is_refused_on_the_command_line_and_in_the_environment()
    {
        var problems = Problems(Load(
            "",
            new Hashtable { ["JOULET__LISTEN"] = "127.0.0.1:1", ["JOULET__listen"] = "127.0.0.1:2" },
            new Setting("sampling.interval", "1s", "option --sampling:interval"),
            new Setting("sampling.interval", "2s", "option --sampling:interval")));

        Assert.Equal(2, problems.Count);
        Assert.Contains("listen: is given 2 times", problems[0], StringComparison.Ordinal);
        Assert.Equal("option --sampling:interval: sampling.interval: is given 2 times", problems[1]);
    }

    [Fact]
    public void A_key_without_a_value_is_told() => Assert.Equal(
        "option --carbon:zone: carbon.zone: has no value",
        Assert.Single(Problems(Load("", null, new Setting("carbon.zone", null, "option --carbon:zone")))));

    [Theory]
    [InlineData("# nothing")]
    [InlineData("---")]
    [InlineData("--- # nothing\n...\n")]
    [InlineData("%YAML 1.2\n---\nlisten: 127.0.0.1:10056\n...\n")]
    [InlineData("listen: 127.0.0.1:10056\n...\n")]
    [InlineData("\"listen\": '127.0.0.1:10056'\r\nsampling: {}\r\n")]
    public void The_ways_of_yaml_to_say_little_are_known(string text) =>
        Assert.Equivalent(new AgentConfig(), Loaded(Load(text)), strict: true);

    [Theory]
    [InlineData("[::1]:10056")]
    [InlineData("[FE80::1]:1")]
    [InlineData("0.0.0.0:65535")]
    public void An_address_is_taken_as_written(string address) => Assert.Equal(address, Loaded(Load($"listen: '{address}'")).Listen);

    [Fact]
    public void The_fast_pace_must_not_be_slower_than_the_usual_one() =>
        Assert.Contains(
            "2s is longer than sampling.interval (1s)",
            Assert.Single(Problems(Load("sampling: { active_interval: 2s }"))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("ollama: { proxy_listen: 127.0.0.1:11434 }", "ollama.proxy_listen: 127.0.0.1:11434 is where Ollama is asked")]
    [InlineData("ollama: { proxy_listen: 0.0.0.0:11434 }", "ollama.proxy_listen: 0.0.0.0:11434 is where Ollama is asked")]
    [InlineData("ollama: { upstream: http://localhost:11500, proxy_listen: 127.0.0.1:11500 }", "is where Ollama is asked")]
    [InlineData("ollama: { proxy_listen: 127.0.0.1:10056 }", "ollama.proxy_listen: is the same as listen")]
    public void A_proxy_that_would_ask_itself_is_refused(string yaml, string problem) =>
        Assert.Contains(Problems(Load(yaml)), told => told.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("cost: { price_per_kwh: 0.3 }", "cost.price_per_kwh: needs cost.currency")]
    [InlineData("cost: { currency: EUR, time_of_use: [ 'mon-fri cheap' ] }", "cost.time_of_use.0: 'mon-fri cheap' does not end in a price")]
    [InlineData("cost: { currency: EUR, file: /p, time_of_use: [ '1' ] }", "cost.file: is given beside cost.time_of_use")]
    [InlineData("carbon: { zone: XX }", "carbon.zone: 'XX' is no country of the table")]
    [InlineData("carbon: { provider: electricity_maps, zone: DE }", "carbon.provider: electricity_maps needs a key")]
    [InlineData("carbon: { provider: energy_charts }", "carbon.provider: energy_charts needs carbon.zone")]
    [InlineData("carbon: { provider: file }", "carbon.provider: file needs carbon.file")]
    [InlineData("carbon: { provider: electricity_maps, zone: DE, token: canary }", "carbon.token: may be given by the environment only")]
    [InlineData("carbon: { residual_grams_per_kwh: 600 }", "carbon.residual_grams_per_kwh: needs carbon.renewable_share")]
    [InlineData("time_zone: Europe/Nowhere", "time_zone: 'Europe/Nowhere' is no time zone")]
    public void Emissions_and_cost_that_do_not_fit_together_are_told_with_key_and_reason(string yaml, string problem)
    {
        var problems = Problems(Load(yaml));

        Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
        Assert.DoesNotContain(problems, told => told.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public void What_emissions_and_cost_are_reckoned_with_is_taken_as_it_is_written()
    {
        var environment = new Hashtable { ["JOULET__CARBON__TOKEN"] = "key", ["JOULET__COST__TIME_OF_USE__1"] = "sat,sun -0.02" };
        var config = Loaded(Load("time_zone: Asia/Tokyo\ncarbon: { provider: electricity_maps, zone: JP-TK, scope: direct }\ncost: { currency: JPY, price_per_kwh: 31, time_of_use: [ '23:00-07:00 21' ] }", environment));

        Assert.Equal(("key", "JP-TK", "Asia/Tokyo"), (config.Carbon.Token, config.Carbon.Zone, config.Zone.Id));
        Assert.Equal([21, -0.02], config.Cost.TimeOfUse.Values.Select(rule => rule.Price));
    }

    private static IReadOnlyList<string> Problems(ConfigResult result) => Assert.IsType<ConfigResult.Invalid>(result).Problems;

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
