using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Agent.Simulation;

/// <summary>A model the simulated Ollama has, and what it truly costs.</summary>
internal sealed record ModelSpec
{
    /// <summary>Ollama's full name: how it is loaded and shown.</summary>
    public required string Name { get; init; }

    /// <summary>Other names of the same blob, as <c>ollama cp</c> makes them.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    public required string Family { get; init; }

    public required string ParameterSize { get; init; }

    public required string Quantization { get; init; }

    /// <summary>The blob's size.</summary>
    public required long FileBytes { get; init; }

    /// <summary>What its runner holds on the GPU.</summary>
    public required long VramBytes { get; init; }

    /// <summary>What its runner holds in the machine's memory because the GPU has no more, and the processors compute.</summary>
    public long HostBytes { get; init; }

    /// <summary>In tokens.</summary>
    public int ContextLength { get; init; } = 8192;

    /// <summary>Which GPU it is put on.</summary>
    public required int Gpu { get; init; }

    /// <summary>The GPU that has half of its layers; null where one GPU has all.</summary>
    public int? SecondGpu { get; init; }

    /// <summary>Requests it works on at once; the others wait.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Its GPUs, each with its part of the model.</summary>
    public IEnumerable<(int Gpu, double Part)> Placement => SecondGpu is { } second ? [(Gpu, 0.5), (second, 0.5)] : [(Gpu, 1)];

    public required double LoadSeconds { get; init; }

    /// <summary>Speed of prefill, in tokens per second.</summary>
    public required double PromptRate { get; init; }

    /// <summary>Slowest and fastest decoding, in tokens per second.</summary>
    public required (double Least, double Most) GenerationRate { get; init; }

    /// <summary>Drawn by its GPU above idle for as long as it is loaded.</summary>
    public required double ResidentWatts { get; init; }

    public required PhaseCost Load { get; init; }

    public required PhaseCost Prompt { get; init; }

    public required PhaseCost Generation { get; init; }

    /// <summary>The blob's file name.</summary>
    public string Blob => "sha256-" + Hash("blob " + Name);

    /// <summary>All names <c>/api/tags</c> lists.</summary>
    public IEnumerable<string> Names => [Name, .. Aliases];

    /// <summary>The digest of a name's manifest: it differs between names, also where the blob is one.</summary>
    public static string ManifestDigest(string name) => Hash("manifest " + name);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
