using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Agent.Simulation;

/// <summary>What a runner answers, in the words of llama.cpp's server.</summary>
internal static class RunnerAnswers
{
    /// <summary>The answer to a GET.</summary>
    /// <param name="metrics">Whether <c>/metrics</c> is switched on.</param>
    public static HttpAnswer To(string path, SimulatedRunner runner, bool metrics) => path switch
    {
        _ when runner.Loading => Error(503, "unavailable_error", "Loading model"),
        "/health" => HttpAnswer.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "ok");
            json.WriteEndObject();
        }),
        "/slots" => HttpAnswer.Json(json => WriteSlots(json, runner)),
        "/metrics" when metrics => HttpAnswer.Text(Metrics(runner), "text/plain; version=0.0.4"),
        "/metrics" => Error(
            501, "not_supported_error", "This server does not support metrics endpoint. Start it with `--metrics`"),
        _ => Error(404, "not_found_error", "File Not Found"),
    };

    private static HttpAnswer Error(int status, string type, string message) => HttpAnswer.Json(
        json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteNumber("code", status);
            json.WriteString("message", message);
            json.WriteString("type", type);
            json.WriteEndObject();
            json.WriteEndObject();
        },
        status);

    private static void WriteSlots(Utf8JsonWriter json, SimulatedRunner runner)
    {
        json.WriteStartArray();
        foreach (var (slot, (now, before)) in runner.Slots.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("id", slot);
            json.WriteNumber("n_ctx", runner.Model.ContextLength);
            json.WriteBoolean("speculative", value: false);
            json.WriteBoolean("is_processing", now is not null);
            if ((now ?? before) is { } task)
            {
                WriteTask(json, task, busy: now is not null);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A resting slot goes on showing its last task, with nothing processed, cached or decoded.</summary>
    private static void WriteTask(Utf8JsonWriter json, RunnerTask task, bool busy)
    {
        var prompt = task.Prompt;
        json.WriteNumber("id_task", task.Id);
        json.WriteNumber("n_prompt_tokens", prompt.Cached + prompt.Evaluated + task.Decoded);
        json.WriteNumber("n_prompt_tokens_processed", busy ? task.Evaluated : 0);
        json.WriteNumber("n_prompt_tokens_cache", busy ? prompt.Cached : 0);
        json.WriteStartArray("next_token");
        json.WriteStartObject();
        json.WriteBoolean("has_next_token", busy ? !task.InPrompt : task.Cancelled);
        json.WriteBoolean("has_new_line", value: false);
        json.WriteNumber("n_remain", busy ? prompt.Tokens - task.Decoded : -1);
        json.WriteNumber("n_decoded", busy ? task.Decoded : 0);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>
    /// The two rates are of what ended since the last scrape in a real runner; here they stay 0, so that looking does
    /// not change the world.
    /// </summary>
    private static string Metrics(SimulatedRunner runner)
    {
        var totals = runner.Totals;
        var decodes = totals.Decodes + runner.Tasks.Sum(task => task.Decodes);
        var text = new StringBuilder();
        Counter(
            "prompt_tokens_total", "Number of prompt tokens processed, excluding cached tokens", totals.PromptTokens);
        Counter("prompt_tokens_cached_total", "Number of prompt tokens reused from the cache", totals.CachedTokens);
        Seconds("prompt_seconds_total", "Total time spent processing prompts", totals.PromptSeconds);
        Counter("tokens_predicted_total", "Number of generation tokens processed", totals.GeneratedTokens);
        Seconds("tokens_predicted_seconds_total", "Total time spent generating tokens", totals.GenerationSeconds);
        Counter("n_decode_total", "Total number of llama_decode() calls", decodes);
        Counter("n_tokens_max", "Largest observed sequence length (prompt + generation)", totals.LongestSequence);
        Counter("spec_decode_num_draft_tokens_total", "Speculative: Total draft tokens generated", 0);
        Counter("spec_decode_num_accepted_tokens_total", "Speculative: Total draft tokens accepted", 0);
        Counter("spec_decode_num_drafts_total", "Speculative: Total speculative decoding verification steps", 0);
        Gauge("prompt_tokens_seconds", "Average prompt throughput in tokens/s", 0);
        Gauge("predicted_tokens_seconds", "Average generation throughput in tokens/s", 0);
        Gauge("requests_processing", "Number of requests processing", runner.Tasks.Count());
        Gauge("requests_deferred", "Number of requests deferred", 0);
        Gauge("n_busy_slots_per_decode", "Average number of busy slots per llama_decode() call", decodes > 0 ? 1 : 0);
        return text.ToString();

        void Counter(string name, string help, long value) => Row(name, "counter", help, Text(value));
        void Gauge(string name, string help, long value) => Row(name, "gauge", help, Text(value));
        // llama.cpp prints fractions with six digits in all.
        void Seconds(string name, string help, double value) =>
            Row(name, "counter", help, value.ToString("G6", CultureInfo.InvariantCulture));
        void Row(string name, string type, string help, string value) => text
            .Append(CultureInfo.InvariantCulture, $"# HELP llamacpp:{name} {help}\n")
            .Append(CultureInfo.InvariantCulture, $"# TYPE llamacpp:{name} {type}\nllamacpp:{name} {value}\n");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
