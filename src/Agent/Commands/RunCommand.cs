using Agent.Config;
using Agent.History;
using Agent.Recording;
using Agent.Sensors;
using Agent.Sensors.PowerState;

namespace Agent.Commands;

/// <summary>The agent on this machine.</summary>
internal static partial class RunCommand
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="config">All settings.</param>
    /// <param name="record">Where its events are recorded; null: nowhere.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>0, or 1 where it could not start or a part of it failed.</returns>
    public static async Task<int> RunAsync(AgentConfig config, RecordingWriter? record, CancellationToken cancel)
    {
        using var logs = Logging.OneLine();
        var log = logs.CreateLogger("joulet");
        using var store = config.Paths.State.Length == 0 ? null : new StateStore(config.Paths, TimeProvider.System, logs.CreateLogger<StateStore>());
        var clock = store?.Clock ?? new MonotonicClock(TimeProvider.System);
        var sensors = SensorCatalog.Find(config, clock);
        using var signals = new NvmlSignals(new NvmlControl(sensors.Nvml, config, clock), logs.CreateLogger<NvmlSignals>());
        Finding[] findings = [.. sensors.All.SelectMany(sensor => sensor.Check()), WebParts.Check(config)];
        foreach (var finding in findings)
        {
            log.Tell(finding);
        }

        if (Requirement.Missing(config, findings) is { } missing)
        {
            log.MustBeThere(missing);
            return 1;
        }

        var (access, problems) = WebParts.Access(config, clock.Time, logs);
        using var granted = access;
        foreach (var problem in problems)
        {
            log.CannotServe(problem);
        }

        if (problems.Count > 0)
        {
            return CommandLine.BadUsage;
        }

        await using var app = AgentHost.Build(config, sensors, clock, store, access, logs);
        await using var recorder = app.Record(record, store, config, clock.Time, logs);
        if (!await app.TryStartAsync(config, log, cancel))
        {
            return 1;
        }

        log.Starts(Web.ProcessVitals.Version, access is { HasTls: true } ? "https" : "http", config.Listen);
        if (findings.All(finding => finding.Subject is PolicySensor.Name or CpuStateSensor.Name or WebParts.Subject || finding.Verdict is Verdict.Absent or Verdict.Bad))
        {
            log.Warn("Nothing on this machine tells what it draws: tokens are counted, joules are not. joulet check tells why.");
        }

        return await app.WaitAsync(cancel);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Setting} is true, and it cannot be used: joulet does not start.")]
    private static partial void MustBeThere(this ILogger log, string setting);

    [LoggerMessage(Level = LogLevel.Information, Message = "joulet {Version} serves {Scheme}://{Address}/metrics.")]
    private static partial void Starts(this ILogger log, string version, string scheme, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void Warn(this ILogger log, string warning);

    [LoggerMessage(Level = LogLevel.Error, Message = "web_config_file: {Problem}")]
    public static partial void CannotServe(this ILogger log, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cannot listen. {Reason} Set {Key} to a free address.")]
    public static partial void CannotListen(this ILogger log, string reason, string key);
}
