using Agent.Config;
using Agent.Core.Reports;
using Agent.History;
using Agent.Ollama;
using Agent.Sensors;

namespace Agent.Commands;

/// <summary>Looks at this machine once, and says what can be measured, what is wrong and what to do about it.</summary>
internal static class CheckCommand
{
    /// <summary>How long it measures unless told otherwise.</summary>
    public static readonly TimeSpan Usually = TimeSpan.FromSeconds(10);

    /// <summary>Prints the report.</summary>
    /// <returns>0, or 1 where the agent would see no energy source, or would not start.</returns>
    public static async Task<int> RunAsync(AgentConfig config, CheckOptions options, CancellationToken cancel)
    {
        if (options.Bundle is { } wanted && BundleFile.Problem(wanted) is { } problem)
        {
            await options.Errors.WriteLineAsync($"joulet: --bundle: {problem}");
            return CommandLine.BadUsage;
        }

        var clock = new MonotonicClock(options.Time);
        using var agent = new RunningAgent(config);
        var result = await ExamineAsync(config, SensorCatalog.Find(config, clock).All, agent, clock, options.For, cancel);
        var report = CheckReport.Render(result);
        await options.Output.WriteAsync(options.Json ? CheckJson.Render(result) : report);
        if (options.Bundle is { } file)
        {
            await BundleFile.WriteAsync(file, config, result, await agent.MetricsAsync(cancel), cancel);
            await options.Errors.WriteLineAsync($"joulet: {file} is written. Look at it before you send it: it is a folder of plain text.");
        }

        return result.ExitCode;
    }

    private static async Task<CheckResult> ExamineAsync(
        AgentConfig config,
        IReadOnlyList<ISensor> sensors,
        RunningAgent agent,
        MonotonicClock clock,
        TimeSpan length,
        CancellationToken cancel)
    {
        var self = new SelfCheck(sensors, clock);
        Finding[] found = [.. sensors.SelectMany(sensor => sensor.Check())];
        await self.MeasureAsync(length, cancel);
        var devices = self.Devices;
        Finding[] findings =
        [
            .. found,
            .. CheckResult.Compare(devices),
            .. await new OllamaCheck(config.Ollama, config.Paths, clock).CheckAsync(cancel),
            new JournalCheck(config.Ollama.JournalUnit, JournalSource.OfSystem(), clock).Check(),
            new StateCheck(config.Paths).Check(),
            .. await FootprintCheck.CheckAsync(config, clock.Time, cancel),
            WebParts.Check(config),
            await agent.CheckAsync(cancel),
        ];
        var advice = await agent.AdviceAsync(cancel) ?? [.. AdviceRule.Of(self.Ledger)];
        var energy = CheckResult.SeesEnergy(self.Ledger) || await agent.SeesEnergyAsync(cancel);
        return new CheckResult(
            findings, length.TotalSeconds, devices, [.. HostPower.Of(self.Ledger)], advice, energy, Requirement.Missing(config, findings));
    }
}
