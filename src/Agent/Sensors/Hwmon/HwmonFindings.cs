using System.Globalization;
using Agent.Config;
using Agent.Core.Metering;

namespace Agent.Sensors.Hwmon;

/// <summary>What joulet check says of the chips.</summary>
internal static class HwmonFindings
{
    private const int MostNamed = 12;

    public static Finding SwitchedOff { get; } = new(Verdict.Absent, HwmonSensor.Name, "Switched off (sensors.hwmon.enabled: false).");

    /// <summary>The setting names something that is not there: the whole machine is not measured by it.</summary>
    public static Reading.Missing Missing(HwmonFound found, HwmonConfig config) => new(
        MissingCause.Gone,
        $"sensors.hwmon.whole_machine: {config.WholeMachine} is not there, or not only once. There is: "
            + (found.Rails.Count == 0 ? "nothing" : string.Join(", ", found.Rails.Keys.Take(MostNamed))) + ".");

    public static IReadOnlyList<Finding> Of(Sysfs sysfs, HwmonFound found, IEnumerable<GpuCard> cards, KfdProcesses kfd, HwmonConfig config)
    {
        var findings = new List<Finding>();
        foreach (var card in cards)
        {
            using var gpu = new HwmonGpu(sysfs, card, kfd, registration: 0);
            findings.Add(Of(gpu));
        }

        findings.AddRange(found.Boards.Select(pair => Of(
            sysfs, pair.Key, pair.Value, how => $"{pair.Key} is read ({how}): taken for this whole machine, so what it adds to the other meters is counted as other.")));
        if (found.WholeMachineMissing)
        {
            findings.Add(Bad(Missing(found, config).Reason, "Name one of them, or take the setting out."));
        }

        findings.AddRange(found.Rails.Select(pair => Of(
            sysfs,
            pair.Key,
            pair.Value,
            how => $"{pair.Key} is read ({how}) and shown only: nothing tells what it feeds.",
            config.WholeMachine.Length == 0 ? $"If it feeds this whole machine, say so: sensors.hwmon.whole_machine: {pair.Key}" : null)));
        if (found.LeftOut > 0)
        {
            findings.Add(new(Verdict.Warning, HwmonSensor.Name, $"{found.LeftOut} more rails are not shown."));
        }

        if (findings.Count == 0)
        {
            findings.Add(new(
                config.Enabled == Enabled.True ? Verdict.Bad : Verdict.Absent,
                HwmonSensor.Name,
                "No chip tells what it draws: no GPU of AMD or Intel, no meter of the board."));
        }

        return findings;
    }

    private static Finding Of(HwmonGpu gpu)
    {
        var (card, name) = (gpu.Card, $"{gpu.Card.Description.Name} ({gpu.Card.Chip.Place})");
        return gpu.ReadEnergy() switch
        {
            Reading.Asleep => Good($"{name} sleeps, and is left so: it is read when something wakes it."),
            Reading.Missing missing => Bad($"{name}: {missing.Reason}", null),
            var reading when card.Kind == DeviceKind.IntegratedGpu => Good($"{name} is read ({How(reading)}) and shown only: it is part of the processor, which RAPL measures."),
            var reading => Good($"{name} is read ({How(reading)})"
                + (gpu.MaySleep ? $"; once idle for {HwmonRest.IdleLooks} s it is left alone now and then, so that it can fall asleep." : ".")),
        };
    }

    private static Finding Of(Sysfs sysfs, string name, HwmonQuantity quantity, Func<string, string> read, string? fix = null)
    {
        using var meter = quantity.Open(sysfs, registration: 0);
        if (quantity.Chip.Sleeps(sysfs))
        {
            return Good($"{name}: its device sleeps, and is left so.");
        }

        var reading = meter.Read();
        return reading is Reading.Missing missing ? Bad($"{name}: {missing.Reason}", null) : Good(read(How(reading)), fix);
    }

    private static string How(Reading reading) => reading is Reading.Power power
        ? string.Create(CultureInfo.InvariantCulture, $"{power.Now.Value:0.0} W")
        : "its counter of energy";

    private static Finding Good(string text, string? fix = null) => new(Verdict.Good, HwmonSensor.Name, text, fix);

    private static Finding Bad(string text, string? fix) => new(Verdict.Bad, HwmonSensor.Name, text, fix);
}
