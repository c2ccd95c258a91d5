using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Machine;
using Agent.Core.Metering;
using Agent.Sensors.PowerState;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>The agent's sensor of the power policy on a bus, over an empty /sys, and all that it told.</summary>
internal sealed class Watcher : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<LedgerEvent> _told = [];

    public Watcher(string address, string library = BusLibrary.Name, Enabled enabled = Enabled.Auto) => Sensor = new(
        new PowerStateConfig { Enabled = enabled, DbusAddress = address },
        new PathsConfig { Sysfs = Sys },
        Clock)
    {
        Library = library,
    };

    public string Sys { get; } = Directory.CreateTempSubdirectory("joulet-policy-").FullName;

    public MonotonicClock Clock { get; } = new(TimeProvider.System);

    public PolicySensor Sensor { get; }

    /// <summary>Every policy told so far.</summary>
    public LedgerEvent.PolicyRead[] Policies => [.. _told.OfType<LedgerEvent.PolicyRead>()];

    public Reading.Missing?[] Failures => [.. _told.OfType<LedgerEvent.SensorChecked>().Select(told => told.Failure)];

    /// <summary>Reads until a policy is told of which something holds; fails with all that was told where there is none in time.</summary>
    public LedgerEvent.PolicyRead Until(Func<PowerPolicy, bool> holds)
    {
        Until(() => Policies.LastOrDefault() is { } last && holds(last.Policy));
        return Policies[^1];
    }

    /// <summary>Reads until something is so.</summary>
    public void Until(Func<bool> condition)
    {
        var from = Clock.Now;
        do
        {
            Read();
            if (condition())
            {
                return;
            }

            Thread.Sleep(10);
        }
        while (Clock.Now - from < Patience);

        Assert.Fail($"Not in time. It told: {string.Join('\n', _told)}");
    }

    /// <summary>Reads once.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan Read()
    {
        var from = Clock.Now;
        _told.AddRange(Sensor.Read());
        return Clock.Now - from;
    }

    public string Check() => string.Join('\n', Sensor.Check().Select(finding => $"{finding.Verdict} {finding.Text} {finding.Fix}".Trim()));

    public Watcher Put(string path, string text)
    {
        var file = Path.Combine(Sys, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
        return this;
    }

    public void Dispose()
    {
        Sensor.Dispose();
        Directory.Delete(Sys, recursive: true);
    }
}
