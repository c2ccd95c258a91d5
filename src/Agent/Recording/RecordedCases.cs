using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;

namespace Agent.Recording;

/// <summary>How a recording calls the cases of closed families. These names stay: old recordings are to be read.</summary>
internal static class RecordedCases
{
    /// <summary>By family; a case needs a line in <see cref="RecordingTypes"/>, too.</summary>
    public static IReadOnlyDictionary<Type, IReadOnlyDictionary<Type, string>> Names { get; } = new Dictionary<Type, IReadOnlyDictionary<Type, string>>
    {
        [typeof(LedgerEvent)] = new Dictionary<Type, string>
        {
            [typeof(LedgerEvent.DeviceRead)] = "device_read",
            [typeof(LedgerEvent.GpuFound)] = "gpu_found",
            [typeof(LedgerEvent.GpuStateRead)] = "gpu_state",
            [typeof(LedgerEvent.GpuProcessesRead)] = "gpu_processes",
            [typeof(LedgerEvent.GpuUtilizationRead)] = "gpu_utilization",
            [typeof(LedgerEvent.SensorChecked)] = "sensor",
            [typeof(LedgerEvent.PolicyRead)] = "policy",
            [typeof(LedgerEvent.CpuStateRead)] = "cpu_state",
            [typeof(LedgerEvent.CpuTimesRead)] = "cpu_times",
            [typeof(LedgerEvent.Resumed)] = "resumed",
            [typeof(LedgerEvent.RunnerFound)] = "runner_found",
            [typeof(LedgerEvent.RunnerAnswered)] = "runner_answered",
            [typeof(LedgerEvent.RunnerGone)] = "runner_gone",
            [typeof(LedgerEvent.ModelNamed)] = "model_named",
            [typeof(LedgerEvent.ModelAliased)] = "model_aliased",
            [typeof(LedgerEvent.ModelsListed)] = "models_listed",
            [typeof(LedgerEvent.OllamaChecked)] = "ollama",
            [typeof(LedgerEvent.RequestStarted)] = "request_started",
            [typeof(LedgerEvent.RequestProgressed)] = "request_progressed",
            [typeof(LedgerEvent.RequestEnded)] = "request_ended",
            [typeof(LedgerEvent.PullProgressed)] = "pull_progressed",
            [typeof(LedgerEvent.PullEnded)] = "pull_ended",
            [typeof(LedgerEvent.TaskLogged)] = "task_logged",
            [typeof(LedgerEvent.LoadLogged)] = "load_logged",
            [typeof(LedgerEvent.LogRead)] = "log_read",
            [typeof(LedgerEvent.IntensityTold)] = "intensity",
            [typeof(LedgerEvent.PriceTold)] = "price",
            [typeof(LedgerEvent.HourBegan)] = "hour",
            [typeof(LedgerEvent.HistoryKept)] = "history",
            [typeof(LedgerEvent.TickEnded)] = "tick",
        },
        [typeof(Reading)] = new Dictionary<Type, string>
        {
            [typeof(Reading.Counter)] = "counter",
            [typeof(Reading.Power)] = "power",
            [typeof(Reading.Asleep)] = "asleep",
            [typeof(Reading.Paused)] = "paused",
            [typeof(Reading.Missing)] = "missing",
        },
        [typeof(RunnerAnswer)] = new Dictionary<Type, string>
        {
            [typeof(RunnerAnswer.Loading)] = "loading",
            [typeof(RunnerAnswer.Serving)] = "serving",
        },
    };

    /// <summary>How a recording calls this kind of event.</summary>
    public static string NameOf(LedgerEvent entry) => Names[typeof(LedgerEvent)][entry.GetType()];
}
