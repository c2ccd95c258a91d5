using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>What a part of the host draws in quiet: with nothing loaded, or more because of a loaded model.</summary>
/// <param name="Component">The part.</param>
/// <param name="Model">The model; null for idle.</param>
/// <param name="Level">The watts.</param>
/// <param name="Confidence">That of its least sure device.</param>
public sealed record BaselineRow(Component Component, ModelKey? Model, Watts Level, Confidence Confidence)
{
    /// <summary>The baselines in force now.</summary>
    public static IEnumerable<BaselineRow> Of(Ledger ledger)
    {
        var rows = new List<BaselineRow>();
        foreach (var device in ledger.Devices.Values)
        {
            if (device.Device.Component is not { } component)
            {
                continue;
            }

            if (device.Baseline.Idle is var (idle, confidence))
            {
                rows.Add(new BaselineRow(component, null, idle, confidence));
            }

            rows.AddRange(device.Baseline.Loaded(Occupancy.ResidentsNow(ledger, device.Device))
                .Select(part => new BaselineRow(component, part.Model, part.Level, part.Confidence)));
        }

        return rows
            .GroupBy(row => (row.Component, row.Model))
            .Select(group => new BaselineRow(
                group.Key.Component,
                group.Key.Model,
                new Watts(group.Sum(row => row.Level.Value)),
                group.Min(row => row.Confidence)));
    }
}
