using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.History;
using Agent.Ollama;
using Agent.Sensors;

namespace Agent.Commands;

/// <summary>Looks at this machine once, and says what can be measured, what is wrong and what to do about it.</summary>
internal static class CheckCommand
{
    /// <summary>Prints the report.</summary>
    /// <returns>0, or 1 where the agent would see no energy source, or would not start.</returns>
    public static async Task<int> RunAsync(
        AgentConfig config, IReadOnlyList<string> warnings, TextWriter output, CancellationToken cancel)
    {
        var clock = new MonotonicClock(TimeProvider.System);
        var sensors = SensorCatalog.Find(config, clock).All;
        Finding[] findings =
        [
            .. warnings.Select(warning => new Finding(Verdict.Warning, "config", warning)),
            .. sensors.SelectMany(sensor => sensor.Check()),
            .. await new OllamaCheck(config.Ollama, config.Paths, clock).CheckAsync(cancel),
            new JournalCheck(config.Ollama.JournalUnit, JournalSource.OfSystem(), clock).Check(),
            new StateCheck(config.Paths).Check(),
        ];
        var energy = sensors.SelectMany(sensor => sensor.Read()).Any(IsEnergy);
        var missing = Requirement.Missing(config, findings);
        await output.WriteAsync(CheckReport.Render(findings, energy, missing));
        return energy && missing is null ? 0 : 1;
    }

    private static bool IsEnergy(LedgerEvent entry) =>
        entry is LedgerEvent.DeviceRead { Device.Component: not null, Reading: Reading.Counter or Reading.Power or Reading.Asleep };
}
