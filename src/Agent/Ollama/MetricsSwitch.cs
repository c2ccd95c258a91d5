namespace Agent.Ollama;

/// <summary>How the runners' <c>/metrics</c> is switched on: they inherit the environment of Ollama's server.</summary>
internal static class MetricsSwitch
{
    public const string Variable = "LLAMA_ARG_ENDPOINT_METRICS";

    public const string Path = "/etc/systemd/system/ollama.service.d/joulet.conf";

    /// <summary>What is written there; packaging/ollama-metrics.conf is the same.</summary>
    public const string Content =
        $"""
        [Service]
        Environment={Variable}=1

        """;

    public const string Fix =
        $"""
        Write to {Path}:
        {Content}then run: systemctl daemon-reload && systemctl restart ollama
        (Without systemd: add {Variable}=1 to the environment that 'ollama serve' is started in.)
        """;

    /// <summary>Whether llama-server takes this value for yes.</summary>
    public static bool IsOn(string value) => value is "1" or "true" or "on" or "enabled";
}
