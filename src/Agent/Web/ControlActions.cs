namespace Agent.Web;

/// <summary>What the running agent can be asked to do.</summary>
/// <param name="Advice">Its advice as JSON.</param>
/// <param name="NvmlState">Whether NVML is held, in a sentence.</param>
/// <param name="ReleaseNvml">Lets go of NVML: an HTTP status and a sentence.</param>
/// <param name="HoldNvml">Takes NVML up again: a sentence.</param>
internal sealed record ControlActions(
    Func<string> Advice,
    Func<string> NvmlState,
    Func<CancellationToken, Task<(int Status, string Text)>> ReleaseNvml,
    Func<string> HoldNvml);
