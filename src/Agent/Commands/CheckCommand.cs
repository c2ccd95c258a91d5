using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Ollama;
using Agent.Sensors;

namespace Agent.Commands;

/// <summary>Looks at this machine once, and says what can be measured, what is wrong and what to do about it.</summary>
internal static class CheckCommand
{
    /// <summary>Prints the report.</summary>
    /// <returns>0, or 1 where the agent would see no energy source.</returns>
    public static async Task<int> RunAsync(AgentConfig config, TextWriter output, CancellationToken cancel)
    {
        var clock = new MonotonicClock(TimeProvider.System);
        var sensors = SensorCatalog.Find(config, clock).All;
        Finding[] findings =
        [
            .. sensors.SelectMany(sensor => sensor.Check()),
            .. await new OllamaCheck(config.Ollama, config.Paths, clock).CheckAsync(cancel),
        ];
        var energy = sensors.SelectMany(sensor => sensor.Read()).Any(IsEnergy);
        await output.WriteAsync(CheckReport.Render(findings, energy));
        return energy ? 0 : 1;
    }

    private static bool IsEnergy(LedgerEvent entry) =>
        entry is LedgerEvent.DeviceRead { Device.Component: not null, Reading: Reading.Counter or Reading.Power or Reading.Asleep };
}
