using System.CommandLine;
using Agent.Config;
using Agent.Web;

namespace Agent.Commands;

/// <summary>The command line: run, check and demo.</summary>
internal static class CommandLine
{
    private const int BadUsage = 2;

    private static readonly Option<string?> ConfigFile = new("--config")
    {
        Description = $"The configuration file. Default {ConfigLoader.UsualFile}, if it is there.",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<string?> For = new("--for")
    {
        Description = "End after this long, such as 60s, and say whether the measurement was right.",
        HelpName = "TIME",
    };

    /// <summary>Parses and runs.</summary>
    /// <returns>0 good, 1 failed, 2 bad usage or configuration.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--version"])
        {
            Console.WriteLine($"joulet {ProcessVitals.Version}");
            return 0;
        }

        var (settings, rest) = SettingOptions.Take(args);
        var parsed = Root(settings).Parse(rest);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"joulet: {error.Message}");
            }

            await Console.Error.WriteLineAsync("joulet: see joulet --help");
            return BadUsage;
        }

        // The host stops on SIGTERM by itself, and takes the time it needs.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static RootCommand Root(IReadOnlyList<Setting> settings)
    {
        var run = new Command("run", "The agent (the default).");
        run.SetAction((parsed, cancel) => WithConfigAsync(parsed, settings, (config, warnings) => RunCommand.RunAsync(config, warnings, cancel)));
        var check = new Command("check", "Say what can be measured on this machine, what is wrong and the exact fix.");
        check.SetAction((parsed, cancel) => WithConfigAsync(parsed, settings, (config, warnings) => CheckCommand.RunAsync(config, warnings, Console.Out, cancel)));
        var demo = new Command("demo", "The agent over a simulated machine: needs no hardware and no Ollama.") { For };
        demo.SetAction((parsed, cancel) => WithConfigAsync(parsed, settings, (config, warnings) => DemoAsync(config, warnings, parsed.GetValue(For), cancel)));
        var simulate = SimulateOptions.Command((parsed, run) => WithConfigAsync(parsed, settings, (config, _) => run(config)));
        var root = new RootCommand(
            "Joules per token for Ollama on this machine. Any setting can be given as --section:key value (for example --listen 127.0.0.1:9000 or --sampling:interval 2s).")
        {
            run, check, demo, simulate, ConfigFile,
        };
        root.SetAction((parsed, cancel) => WithConfigAsync(parsed, settings, (config, warnings) => RunCommand.RunAsync(config, warnings, cancel)));
        return root;
    }

    private static async Task<int> DemoAsync(
        AgentConfig config, IReadOnlyList<string> warnings, string? length, CancellationToken cancel)
    {
        foreach (var warning in warnings)
        {
            await Console.Error.WriteLineAsync($"joulet: {warning}");
        }

        if (length is null)
        {
            return await DemoCommand.RunAsync(config, null, cancel);
        }

        var (duration, problem) = ConfigValue.Duration(length, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
        if (problem is null)
        {
            return await DemoCommand.RunAsync(config, duration, cancel);
        }

        await Console.Error.WriteLineAsync($"joulet: --for: {problem}");
        return BadUsage;
    }

    private static async Task<int> WithConfigAsync(
        ParseResult parsed, IReadOnlyList<Setting> settings, Func<AgentConfig, IReadOnlyList<string>, Task<int>> command)
    {
        var loaded = ConfigLoader.Load(parsed.GetValue(ConfigFile), settings, Environment.GetEnvironmentVariables());
        if (loaded is ConfigResult.Loaded good)
        {
            return await command(good.Config, good.Warnings);
        }

        foreach (var problem in ((ConfigResult.Invalid)loaded).Problems)
        {
            await Console.Error.WriteLineAsync($"joulet: {problem}");
        }

        return BadUsage;
    }
}
