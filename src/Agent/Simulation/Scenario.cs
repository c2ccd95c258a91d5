using System.Collections.Immutable;

namespace Agent.Simulation;

/// <summary>A simulated machine: its GPUs, its models and what happens to it.</summary>
internal sealed record Scenario
{
    public required ImmutableArray<GpuSpec> Gpus { get; init; }

    public required ImmutableArray<ModelSpec> Models { get; init; }

    /// <summary>What happens, in order of time; drawn as time goes on, so it may be endless.</summary>
    public required Func<Chance, IEnumerable<ScriptEvent>> Script { get; init; }

    /// <summary>Runners answer <c>/metrics</c>; else 501, as without <c>LLAMA_ARG_ENDPOINT_METRICS</c>.</summary>
    public bool RunnerMetrics { get; init; } = true;

    /// <summary>Runners answer between the batches of a big prompt, as real ones do; else at once.</summary>
    public bool SlowAnswers { get; init; } = true;

    /// <summary>How far idle power wanders, as a share of it.</summary>
    public double IdleNoise { get; init; } = 0.05;

    /// <summary>The demo: two GPUs with a model each, for ever; its first minute holds everything once.</summary>
    public static Scenario Default { get; } = Traffic([Fast, Older], Small, Large);

    /// <summary>
    /// The same, and somebody changes the power profile while models rest, and loads a model with more context than its GPU
    /// can hold, until told better.
    /// </summary>
    public static Scenario Operated { get; } = Traffic([Fast, Older], Small, Large, HalfOnCpu);

    /// <summary>The same traffic with both models on one GPU.</summary>
    public static Scenario OneGpu { get; } = Traffic([Fast], Small, Large with { Gpu = 0 });

    internal static GpuSpec Fast => new()
    {
        Uuid = "GPU-6b1f2f4e-52a8-4d0c-9c3e-0f7a51d2c801",
        Name = "NVIDIA GeForce RTX 4090",
        PciBusId = "00000000:01:00.0",
        Architecture = 8,
        MemoryBytes = 24564UL << 20,
        IdleWatts = 22,
        LimitWatts = 450,
        SmClock = 2730,
        MemoryClock = 10501,
    };

    internal static GpuSpec Older => new()
    {
        Uuid = "GPU-d94c7a10-3be6-4f55-8a21-7c6f0e9b3402",
        Name = "NVIDIA GeForce RTX 3090",
        PciBusId = "00000000:02:00.0",
        Architecture = 7,
        MemoryBytes = 24576UL << 20,
        IdleWatts = 19,
        LimitWatts = 350,
        SmClock = 1905,
        MemoryClock = 9751,
    };

    internal static ModelSpec Small => new()
    {
        Name = "llama3.1:8b",
        Aliases = ["assistant:latest"],
        Family = "llama",
        ParameterSize = "8.0B",
        Quantization = "Q4_K_M",
        FileBytes = 4_920_738_944,
        VramBytes = 6_654_289_920,
        Gpu = 0,
        LoadSeconds = 2.2,
        PromptRate = 2400,
        GenerationRate = (62, 90),
        ResidentWatts = 11,
        Load = new(GpuWatts: 38, Cores: 1.6, Utilization: 0.07),
        Prompt = new(GpuWatts: 265, Cores: 1.1, Utilization: 0.98),
        Generation = new(GpuWatts: 205, Cores: 1.0, Utilization: 0.71),
    };

    internal static ModelSpec Large => new()
    {
        Name = "qwen2.5:14b",
        Family = "qwen2",
        ParameterSize = "14.8B",
        Quantization = "Q4_K_M",
        FileBytes = 8_988_110_976,
        VramBytes = 10_905_190_400,
        Gpu = 1,
        LoadSeconds = 2.8,
        PromptRate = 1150,
        GenerationRate = (31, 48),
        ResidentWatts = 14,
        Load = new(GpuWatts: 30, Cores: 1.8, Utilization: 0.05),
        Prompt = new(GpuWatts: 240, Cores: 1.1, Utilization: 0.99),
        Generation = new(GpuWatts: 185, Cores: 1.3, Utilization: 0.88),
    };

    /// <summary>The large model with a context that fills the GPU: about a third of it the processors have to compute.</summary>
    internal static ModelSpec HalfOnCpu => Large with
    {
        ContextLength = 131_072,
        VramBytes = 23_622_320_128,
        HostBytes = 12_348_030_976,
        PromptRate = 420,
        GenerationRate = (11, 16),
        Prompt = new(GpuWatts: 90, Cores: 7.5, Utilization: 0.4),
        Generation = new(GpuWatts: 60, Cores: 7.5, Utilization: 0.3),
    };

    private static Scenario Traffic(ImmutableArray<GpuSpec> gpus, ModelSpec small, ModelSpec large, ModelSpec? oversized = null) => new()
    {
        Gpus = gpus,
        Models = [small, large],
        Script = chance => DemoScript.Events(chance, small, large, oversized),
    };
}
