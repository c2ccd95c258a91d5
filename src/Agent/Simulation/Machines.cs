using System.Collections.Immutable;
using System.Globalization;

namespace Agent.Simulation;

/// <summary>A family of machines to measure the measurement on: what differs from host to host, one thing at a time.</summary>
internal static class Machines
{
    /// <summary>By name.</summary>
    public static ImmutableSortedDictionary<string, Scenario> All { get; } = new Dictionary<string, Scenario>
    {
        ["gpu1"] = Of(1, [Model(0, 0)]),
        ["gpu2-models2"] = Of(2, [Model(0, 0), Model(1, 1)]),
        ["gpu4-models4"] = Of(4, [Model(0, 0), Model(1, 1), Model(2, 2), Model(3, 3)]),
        ["gpu8-models4"] = Of(8, [Model(0, 0), Model(1, 2), Model(2, 4), Model(3, 7)]),
        ["two-gpus-one-model"] = Of(2, [Model(1, 0) with { SecondGpu = 1 }]),
        ["half-on-cpu"] = Of(1, [Scenario.HalfOnCpu with { Gpu = 0 }]),
        ["slots4"] = Of(1, [Model(0, 0) with { Slots = 4 }]),
        ["slots32"] = Of(1, [Model(0, 0) with { Slots = 32 }]),
        ["noisy-idle"] = Of(1, [Model(0, 0)]) with { IdleNoise = 0.2 },
        ["power-only"] = Of(1, [Model(0, 0)], gpu => gpu with { CountsEnergy = false, Architecture = 4 }),
        ["shared-by-2"] = Of(1, [Model(0, 0), Model(1, 0)]),
        ["shared-by-4"] = Of(1, [Model(0, 0), Model(1, 0), Model(2, 0), Model(3, 0)]),
        ["other-30"] = Beside(0.3, from: 75),
        ["other-70"] = Beside(0.7, from: 75),
        ["other-70-in-turns"] = Of(1, [Model(0, 0)], other: Turns(0.7)),
        ["other-30-always"] = Beside(0.3, from: 0),
        ["other-70-always"] = Beside(0.7, from: 0),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static Scenario Of(
        int gpus, ImmutableArray<ModelSpec> models, Func<GpuSpec, GpuSpec>? change = null, IEnumerable<ScriptEvent>? other = null)
    {
        return new Scenario
        {
            Gpus = [.. Enumerable.Range(0, gpus).Select(Gpu).Select(change ?? (gpu => gpu))],
            Models = models,
            Script = chance => SteadyLoad.Events(chance, models, other ?? []),
        };
    }

    private static Scenario Beside(double utilization, double from) =>
        Of(1, [Model(0, 0)], other: [new ScriptEvent.Play(from, 0, 1e6, utilization)]);

    private static IEnumerable<ScriptEvent> Turns(double utilization)
    {
        for (var at = 75.0; at < 1e5; at += 40)
        {
            yield return new ScriptEvent.Play(at, 0, 15, utilization);
        }
    }

    private static GpuSpec Gpu(int index) => (index % 2 == 0 ? Scenario.Fast : Scenario.Older) with
    {
        Uuid = string.Create(CultureInfo.InvariantCulture, $"GPU-{index:x8}-52a8-4d0c-9c3e-0f7a51d2c801"),
        PciBusId = string.Create(CultureInfo.InvariantCulture, $"00000000:{index + 1:X2}:00.0"),
    };

    private static ModelSpec Model(int index, int gpu) => (index % 2 == 0 ? Scenario.Small : Scenario.Large) with
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"model{index}:latest"),
        Aliases = [],
        Gpu = gpu,
    };
}
