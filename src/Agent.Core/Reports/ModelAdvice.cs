using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using static Agent.Core.Reports.AdviceRule;

namespace Agent.Core.Reports;

/// <summary>What models cost that they need not.</summary>
internal static class ModelAdvice
{
    /// <summary>A model that was not asked for so long is not being worked with.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromHours(1);

    /// <summary>Less than this is not worth a load: one costs some hundred joules.</summary>
    private const double FewestWatts = 1;

    /// <summary>What is not on the GPU beyond this share of a model is no rounding.</summary>
    private const double WholeShare = 0.98;

    public static IReadOnlyList<AdviceRule> Rules { get; } =
    [
        new("model_idle", "a model loaded and idle for an hour or more", Idle),
        new("model_on_cpu", "a model that is not wholly on the GPU", OnCpu),
        new("runner_metrics_off", "a runner that does not count its tokens for us", WithoutMetrics),
    ];

    private static IEnumerable<(string Reason, string Fix)> Idle(Ledger ledger)
    {
        if (ledger.LastTick is not { } now)
        {
            yield break;
        }

        var watts = BaselineRow.Of(ledger)
            .Where(row => row.Model is { Named: true })
            .GroupBy(row => row.Model!.Value)
            .ToDictionary(group => group.Key, group => group.Sum(row => row.Level.Value));
        foreach (var group in ledger.Runners.Values
            .Where(runner => runner is { Gone: null, Serving: not null, Model.Named: true })
            .GroupBy(runner => runner.Model!.Value)
            .Where(group => !group.Any(runner => runner.Unseen))) // it may work, for all that can be seen
        {
            var loaded = Moment.Max(group.Min(runner => runner.Serving!.Value), ledger.Since); // what it did before this run is not remembered
            var idle = now - (ledger.Idle.Of(group.Key) is { } worked && worked > loaded ? worked : loaded);
            if (idle >= LongestIdle && watts.GetValueOrDefault(group.Key) is >= FewestWatts and var extra)
            {
                yield return (
                    Say($"{group.Key.Value} has been loaded and idle for {Of(idle)}; being loaded it draws {extra:0.0} W: {extra * 0.024:0.00} kWh a day."),
                    $"Unload it (ollama stop {group.Key.Value}) and let models go sooner: a shorter OLLAMA_KEEP_ALIVE, or keep_alive in the requests.");
            }
        }
    }

    private static IEnumerable<(string Reason, string Fix)> OnCpu(Ledger ledger) =>
        from pair in ledger.Loaded
        let model = pair.Value
        where ledger.Devices.Values.Any(device => device.Device.Kind == DeviceKind.Gpu)
            && model.SizeBytes > 0 && model.VramBytes < model.SizeBytes * WholeShare
            && ledger.Runners.Values.Any(runner => runner is { Gone: null } && runner.Model == pair.Key)
        select (
            $"Of {pair.Key.Value}'s {Gigabytes(model.SizeBytes)} only {Gigabytes(model.VramBytes)} are on the GPU: the processors do the rest, slower, while the GPU waits and draws.",
            "Take a smaller quantisation or context (num_ctx, OLLAMA_CONTEXT_LENGTH), fewer requests at once (OLLAMA_NUM_PARALLEL), or free the GPU's memory.");

    private static IEnumerable<(string Reason, string Fix)> WithoutMetrics(Ledger ledger) =>
        from runner in ledger.Runners.Values
        where runner is { Gone: null, Serving: not null, HasCounters: false, Unseen: false }
        select (
            $"The runner of {Named(runner.Model)} (process {runner.Runner.Id.Pid}) does not show its counters: its tokens are estimated.",
            "Set LLAMA_ARG_ENDPOINT_METRICS=1 for Ollama (systemctl edit ollama: [Service] Environment=LLAMA_ARG_ENDPOINT_METRICS=1) and restart it.");

    private static string Named(ModelKey? model) => model is { Named: true } known ? known.Value : "a model not named yet";
}
