using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Agent.Sensors.Nvml;
using Agent.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Simulation;

public sealed class SimulatedMachineTests : IAsyncLifetime
{
    private const string Package = "class/powercap/intel-rapl:0/energy_uj";
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    private SimulatedMachine _machine = null!;

    public async ValueTask InitializeAsync() => _machine = await SimulatedMachine.StartAsync(
        _time, Scenario.Default with { SlowAnswers = false }, seed: 1, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _machine.DisposeAsync();
        Assert.False(Directory.Exists(_machine.Root));
    }

    [Fact]
    public void The_counters_on_disk_follow_the_truth_through_a_wrap()
    {
        using var open = File.OpenHandle(
            Path.Combine(_machine.Sysfs, Package), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var first = Read();
        var sum = 0.0;
        var wraps = 0;
        var last = first;
        for (var i = 0; i < 600; i++)
        {
            Pass(0.1);
            var now = Read();
            wraps += now < last ? 1 : 0;
            sum += now < last ? now + SysTree.Range - last : now - last;
            last = now;
            Assert.Equal(_machine.Truth.Devices[^2].Drawn.Value, sum / 1e6, 0.001);
        }

        Assert.Equal(1, wraps);
        Assert.Equal(
            File.ReadAllText(Path.Combine(_machine.Sysfs, Package)),
            File.ReadAllText(Path.Combine(_machine.Sysfs, "class/powercap/intel-rapl-mmio:0/energy_uj")));

        long Read()
        {
            var buffer = new byte[64];
            var length = RandomAccess.Read(open, buffer, 0);
            return long.Parse(buffer.AsSpan(0, length).TrimEnd((byte)'\n'), CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void A_zone_tells_its_name_and_range()
    {
        var zones = Directory.GetDirectories(Path.Combine(_machine.Sysfs, "class/powercap"), "*:*");

        Assert.Equal(
            ["core", "dram", "package-0", "package-0", "uncore"],
            zones.Select(zone => File.ReadAllText(Path.Combine(zone, "name")).Trim()).Order());
        Assert.All(zones, zone =>
            Assert.Equal("262143328850\n", File.ReadAllText(Path.Combine(zone, "max_energy_range_uj"))));
    }

    [Fact]
    public void The_driver_counts_energy_in_steps_of_100_ms_and_shows_the_mean_power_of_a_second()
    {
        Assert.Equal(NvmlReturn.Uninitialized, _machine.Nvml.DeviceHandle(0, out _));
        Assert.Equal(NvmlReturn.Success, _machine.Nvml.Init());
        Assert.Equal(NvmlReturn.Success, _machine.Nvml.DeviceHandle(0, out var gpu));
        Pass(10);
        var first = Energy();
        var truth = _machine.Truth.Devices[0].Drawn.Value;
        var steps = 0;
        var last = first;
        for (var i = 0; i < 200; i++)
        {
            Pass(0.01);
            var now = Energy();
            steps += now == last ? 0 : 1;
            last = now;
        }

        Assert.Equal(20, steps);
        Assert.Equal(_machine.Truth.Devices[0].Drawn.Value - truth, (last - first) / 1e3, 0.01);
        var before = last;
        Pass(1);
        _machine.Nvml.EnergyAndPower(gpu, out var energy, out var power);
        Assert.Equal(energy.Value - before, (double)power.Value, 2.0);

        ulong Energy()
        {
            Assert.Equal(NvmlReturn.Success, _machine.Nvml.EnergyAndPower(gpu, out var value, out _));
            return value.Value;
        }
    }

    [Fact]
    public void The_driver_lists_the_runner_and_tells_its_utilisation_late()
    {
        _machine.Nvml.Init();
        _machine.Nvml.DeviceHandle(0, out var gpu);
        _machine.Nvml.Processes(gpu, out var none);
        Assert.Empty(none);
        Assert.Equal(NvmlReturn.NotFound, _machine.Nvml.ProcessSamples(gpu, 0, out _));

        Pass(11);

        _machine.Nvml.Processes(gpu, out var processes);
        var process = Assert.Single(processes);
        Assert.Equal((uint)RunnerPid(), process.Pid);
        Assert.Equal(NvmlReturn.Success, _machine.Nvml.ProcessSamples(gpu, 0, out var samples));
        Assert.All(samples, sample => Assert.Equal(process.Pid, sample.Pid));
        Assert.Contains(samples, sample => sample.SmPercent is > 60 and < 80);
        var newest = samples.Max(sample => sample.Timestamp);
        Assert.Equal(NvmlReturn.NotFound, _machine.Nvml.ProcessSamples(gpu, newest, out _));
        _machine.Nvml.Shutdown();
        _machine.Nvml.Init();
        Assert.Equal(NvmlReturn.InvalidArgument, _machine.Nvml.Uuid(gpu, out _));
    }

    [Fact]
    public async Task A_runner_is_a_child_of_ollama_that_listens_where_its_command_line_says()
    {
        Pass(8);
        var pid = RunnerPid();
        var stat = Stat(pid);
        var server = Stat(int.Parse(stat[1], CultureInfo.InvariantCulture));
        var arguments = (await File.ReadAllTextAsync(Proc(pid, "cmdline"), Stop)).Split('\0');
        var port = int.Parse(arguments[Array.IndexOf(arguments, "--port") + 1], CultureInfo.InvariantCulture);
        var hex = port.ToString("X4", CultureInfo.InvariantCulture);

        Assert.Equal("ollama", server[^1]);
        Assert.Contains($"sha256-", arguments[Array.IndexOf(arguments, "--model") + 1], StringComparison.Ordinal);
        foreach (var who in new[] { "self", pid.ToString(CultureInfo.InvariantCulture) })
        {
            var sockets = await File.ReadAllLinesAsync(Path.Combine(_machine.Procfs, who, "net/tcp"), Stop);
            Assert.Equal(3, sockets.Length);
            Assert.Single(sockets, line => line.Contains($"0100007F:{hex} 00000000:0000 0A", StringComparison.Ordinal));
        }

        var status = await File.ReadAllTextAsync(Proc(pid, "status"), Stop);
        Assert.Contains("\nUid:\t996\t996\t", status, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Get(port, "/slots")).StatusCode);
        Pass(4);
        Assert.Equal(HttpStatusCode.OK, (await Get(port, "/slots")).StatusCode);
        Pass(37);
        await Assert.ThrowsAsync<HttpRequestException>(() => Get(port, "/slots"));
        Assert.False(Directory.Exists(Proc(pid, "")));
    }

    [Fact]
    public async Task Tokens_read_as_metrics_and_then_slots_never_fall_and_are_the_truth_at_rest()
    {
        var last = 0L;
        var generating = 0;
        Pass(9.3);
        var port = RunnerPort();
        var rest = 0;
        for (var i = 0; i < 100; i++)
        {
            Pass(0.1);
            var metrics = await (await Get(port, "/metrics")).Content.ReadAsStringAsync(Stop);
            using var slots = await (await Get(port, "/slots")).Content.ReadFromJsonAsync<JsonDocument>(Stop);
            var slot = slots!.RootElement[0];
            var decoded = slot.TryGetProperty("next_token", out var next)
                ? next[0].GetProperty("n_decoded").GetInt64()
                : 0;
            var busy = slot.GetProperty("is_processing").GetBoolean();
            var tokens = (long)Metric(metrics, "tokens_predicted_total") + (busy ? decoded : 0);

            Assert.True(tokens >= last);
            last = tokens;
            generating += busy && decoded > 0 ? 1 : 0;
            var truth = _machine.Truth.Models[0];
            Assert.Equal(truth.Generated, tokens);
            if (!busy)
            {
                rest++;
                Assert.Equal(0, decoded);
                Assert.Equal(truth.PromptEvaluated, Metric(metrics, "prompt_tokens_total"));
                Assert.Equal(truth.PromptCached, Metric(metrics, "prompt_tokens_cached_total"));
            }
        }

        Assert.True(generating > 30);
        Assert.True(rest > 10);
    }

    [Fact]
    public async Task Ollama_tells_names_blobs_and_what_is_loaded()
    {
        var tags = await Json("/api/tags");
        Assert.Equal(
            ["llama3.1:8b", "assistant:latest", "qwen2.5:14b"],
            tags.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal("0.33.2", (await Json("/api/version")).GetProperty("version").GetString());
        Assert.Equal(0, (await Json("/api/ps")).GetProperty("models").GetArrayLength());

        Pass(8);
        Assert.Equal(0, (await Json("/api/ps")).GetProperty("models").GetArrayLength());
        Pass(4);

        var loaded = Assert.Single((await Json("/api/ps")).GetProperty("models").EnumerateArray().ToList());
        Assert.Equal("llama3.1:8b", loaded.GetProperty("name").GetString());
        var blob = (await File.ReadAllTextAsync(Proc(RunnerPid(), "cmdline"), Stop)).Split('\0')[2];
        foreach (var name in new[] { "llama3.1:8b", "assistant" })
        {
            var shown = await _http.PostAsJsonAsync(_machine.UpstreamUrl + "/api/show", new { model = name }, Stop);
            using var body = await shown.Content.ReadFromJsonAsync<JsonDocument>(Stop);
            var modelfile = body!.RootElement.GetProperty("modelfile").GetString();
            Assert.Contains($"\nFROM {blob}\n", modelfile, StringComparison.Ordinal);
        }

        var unknown = await _http.PostAsJsonAsync(_machine.UpstreamUrl + "/api/show", new { model = "none" }, Stop);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public void Processor_time_in_files_follows_the_truth()
    {
        var busy = BusyTicks();
        var idle = _machine.Truth.Devices[^2].Drawn.Value;
        Assert.Equal(0, idle);

        Pass(20);

        var above = _machine.Truth.Spent(TrueCategory.Load) + _machine.Truth.Spent(TrueCategory.Prompt);
        Assert.True(above.Value > 0);
        var processes = Directory.GetDirectories(_machine.Procfs).Select(Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Sum(name => ProcessTicks(int.Parse(name!, CultureInfo.InvariantCulture)));
        Assert.InRange(ProcessTicks(RunnerPid()), 800, 1400);
        Assert.True(BusyTicks() - busy >= processes - 10);
        var up = File.ReadAllText(Path.Combine(_machine.Procfs, "uptime")).Split(' ');
        var started = long.Parse(Stat(RunnerPid())[19], CultureInfo.InvariantCulture) / 100.0;
        Assert.Equal(13, double.Parse(up[0], CultureInfo.InvariantCulture) - started, 0.05);

        long BusyTicks()
        {
            var cpu = File.ReadLines(Path.Combine(_machine.Procfs, "stat")).First()
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return long.Parse(cpu[1], CultureInfo.InvariantCulture) + long.Parse(cpu[3], CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_runner_answers_a_question_during_a_big_prompt_when_a_batch_is_done()
    {
        var model = Scenario.Default.Models[0];
        var asked = new Prompt(Evaluated: 4000, Cached: 0, Tokens: 50, Rate: 50);
        await using var machine = await SimulatedMachine.StartAsync(
            _time, Scenario.Default with { Script = _ => [new ScriptEvent.Ask(0, model, asked)] }, 1, Stop);
        _time.Advance(TimeSpan.FromSeconds(model.LoadSeconds + 0.05));
        machine.Advance();
        var line = await File.ReadAllLinesAsync(Path.Combine(machine.Procfs, "self/net/tcp"), Stop);
        var port = int.Parse(line[2].AsSpan(15, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        var answer = _http.GetFromJsonAsync<JsonDocument>(new Uri($"http://127.0.0.1:{port}/slots"), Stop);
        while (!answer.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(1, Stop);
        }

        using var slots = await answer;
        var slot = slots!.RootElement[0];
        var batches = slot.GetProperty("n_prompt_tokens_processed").GetInt64() / 512.0;
        Assert.True(slot.GetProperty("is_processing").GetBoolean());
        Assert.Equal(0, slot.GetProperty("next_token")[0].GetProperty("n_decoded").GetInt64());
        Assert.InRange(batches, 1, 7);
        Assert.Equal(Math.Round(batches), batches);
        // Just after the end of a batch, which takes 213 ms, not anywhere in it.
        var sinceBatch = ((machine.Truth.At.TotalSeconds - model.LoadSeconds) * model.PromptRate / 512) - batches;
        Assert.InRange(sinceBatch, 0, 0.25);
    }

    [Fact]
    public async Task In_real_time_the_files_move_by_themselves()
    {
        await using var machine = await SimulatedMachine.StartAsync(TimeProvider.System, Scenario.Default, 1, Stop);
        using var over = new CancellationTokenSource();
        var running = machine.RunAsync(over.Token);
        var counter = Path.Combine(machine.Sysfs, Package);
        var first = await File.ReadAllTextAsync(counter, Stop);
        var deadline = TimeProvider.System.GetTimestamp();
        while (await File.ReadAllTextAsync(counter, Stop) == first)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(10));
            await Task.Delay(5, Stop);
        }

        await over.CancelAsync();
        await running;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static double Metric(string text, string name) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith($"llamacpp:{name} ", StringComparison.Ordinal)).Split(' ')[1],
        CultureInfo.InvariantCulture);

    private void Pass(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _machine.Advance();
    }

    private string Proc(int pid, string file) =>
        Path.Combine(_machine.Procfs, pid.ToString(CultureInfo.InvariantCulture), file);

    /// <summary>What follows the name in stat, then the name.</summary>
    private string[] Stat(int pid)
    {
        var text = File.ReadAllText(Proc(pid, "stat"));
        var (open, close) = (text.IndexOf('(', StringComparison.Ordinal), text.LastIndexOf(')'));
        return [.. text[(close + 2)..].TrimEnd().Split(' '), text[(open + 1)..close]];
    }

    private long ProcessTicks(int pid) =>
        Stat(pid)[11..13].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture));

    private int RunnerPid() => Directory.GetDirectories(_machine.Procfs).Select(Path.GetFileName)
        .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Single(pid => Stat(pid)[^1] == "llama-server");

    private int RunnerPort()
    {
        var arguments = File.ReadAllText(Proc(RunnerPid(), "cmdline")).Split('\0');
        return int.Parse(arguments[Array.IndexOf(arguments, "--port") + 1], CultureInfo.InvariantCulture);
    }

    private Task<HttpResponseMessage> Get(int port, string path) =>
        _http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"), Stop);

    private async Task<JsonElement> Json(string path) =>
        (await _http.GetFromJsonAsync<JsonDocument>(_machine.UpstreamUrl + path, Stop))!.RootElement;
}
