using System.Text;
using System.Text.Json;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Sensors;
using Agent.Sensors.Nvml;
using Agent.Simulation;

namespace Agent.Commands;

/// <summary>The agent over one of a family of simulated machines, to tell how right it measures them: a line of JSON.</summary>
internal static class SimulateCommand
{
    /// <summary>After the machine's time stops: what is still to be read and booked.</summary>
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(5);

    /// <summary>Runs it for a time of its own, and tells.</summary>
    /// <returns>0; 2 where there is no such machine.</returns>
    public static async Task<int> RunAsync(
        AgentConfig config, string name, int seed, double speed, TimeSpan length, TextWriter output, CancellationToken cancel)
    {
        if (!Machines.All.TryGetValue(name, out var scenario))
        {
            await Console.Error.WriteLineAsync($"joulet: there is no machine {name}. The machines are: {string.Join(", ", Machines.All.Keys)}.");
            return 2;
        }

        using var logs = Logging.OneLine();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var time = new FastTime(speed);
        await using var machine = await SimulatedMachine.StartAsync(time, scenario, seed, cancel);
        (config.Paths.Sysfs, config.Paths.Procfs, config.Paths.State) = (machine.Sysfs, machine.Procfs, "");
        config.PowerState.DbusAddress = $"unix:path={machine.Root}/bus"; // nobody listens there: the host's profile is not this machine's
        (config.Ollama.Upstream, config.Ollama.Upstreams, config.Ollama.JournalUnit) = (machine.UpstreamUrl, [], "");
        var clock = new MonotonicClock(time);
        using var nvml = new NvmlSensor(() => machine.Nvml, config.Sensors.Nvml, config.Paths, clock);
        var world = machine.RunAsync(over.Token);
        await using var agent = AgentHost.Build(config, SensorCatalog.Find(config, clock, nvml), clock, store: null, access: null, logs);
        await agent.App.StartAsync(cancel);
        while (agent.Keeper.Current.LastTick is null)
        {
            await Task.Delay(1, cancel);
        }

        var before = machine.Truth.Drawn.Value;
        await Task.Delay(length, time, cancel);
        machine.Freeze();
        await Task.Delay(Last + (2 * config.Sampling.Interval), time, cancel);
        await output.WriteLineAsync(Line(name, seed, agent.Keeper.Current, machine.Truth, before));
        await agent.App.StopAsync(CancellationToken.None);
        await over.CancelAsync();
        await world;
        return 0;
    }

    private static string Line(string machine, int seed, Ledger ledger, Truth truth, double before)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("machine", machine);
            json.WriteNumber("seed", seed);
            json.WriteNumber("seconds", truth.At.TotalSeconds);
            json.WriteNumber("drawn_joules", truth.Drawn.Value - before);
            json.WriteNumber("measured_joules", Own(ledger).Sum(device => device.Measured.Value));
            json.WriteNumber("imbalance_joules", ledger.Imbalance.Value);
            json.WriteStartArray("models");
            foreach (var model in truth.Models.Where(model => model.Generated > 0))
            {
                Write(json, ledger, truth, model);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Ledger ledger, Truth truth, ModelTruth model)
    {
        var key = ModelKey.OfName(model.Name);
        json.WriteStartObject();
        json.WriteString("model", model.Name);
        json.WriteNumber("true_tokens", model.Generated);
        json.WriteNumber("tokens", ledger.Models.GetValueOrDefault(key, ModelTotals.None).Tokens.Generated);
        Write("", category => Booked(ledger, category, key), category => Booked(ledger, category, null));
        Write("true_", category => Spent(truth, category, model.Name), category => Spent(truth, category, null));
        json.WriteEndObject();

        void Write(string prefix, Func<Category, double> own, Func<Category, double> all)
        {
            var active = own(Category.Prompt) + own(Category.Generation);
            var idle = all(Category.Idle) * active / (all(Category.Prompt) + all(Category.Generation));
            json.WriteNumber($"{prefix}active_joules", active);
            json.WriteNumber($"{prefix}full_joules", active + own(Category.Load) + own(Category.LoadedIdle) + idle);
        }
    }

    private static double Booked(Ledger ledger, Category category, ModelKey? model) => Own(ledger).Sum(device => device.Accounts
        .Where(pair => pair.Key.Category == category && (model is null || pair.Key.Model == model))
        .Sum(pair => pair.Value.Value));

    private static double Spent(Truth truth, Category category, string? model) => truth.Spent(Enum.Parse<TrueCategory>($"{category}"), model).Value;

    private static IEnumerable<DeviceLedger> Own(Ledger ledger) => ledger.Devices.Values.Where(device => device.Device.Component is not null);
}
