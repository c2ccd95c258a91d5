using System.CommandLine;
using System.CommandLine.Parsing;
using Agent.Config;
using Agent.Recording;
using Agent.Web;

namespace Agent.Commands;

/// <summary>The command line: run, check, demo, report, replay and nvml.</summary>
internal static class CommandLine
{
    /// <summary>The exit code of bad usage or configuration.</summary>
    public const int BadUsage = 2;

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

    private static readonly Option<string?> Length = new("--for")
    {
        Description = "Measure for this long. Default 10s; 0s: only look.",
        HelpName = "TIME",
    };

    private static readonly Option<bool> AsJson = new("--json") { Description = "Print it as JSON." };

    private static readonly Option<string?> Bundle = new("--bundle")
    {
        Description = "Write what a bug report needs to a new file that ends in .tar.gz: plain texts, nothing private in them.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Record = new("--record")
    {
        Description = "Write all that is measured to a new file, for joulet replay and bug reports; a name that ends in .gz is compressed. It holds no prompts or answers. At most 1 GiB.",
        HelpName = "FILE",
    };

    private static readonly Argument<string> Recorded = new("FILE") { Description = "What --record wrote." };

    private static readonly Option<bool> AsMetrics = new("--metrics") { Description = "Print what /metrics would show at its end." };

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
        var run = new Command("run", "The agent (the default).") { Record };
        run.SetAction((parsed, cancel) => RunAsync(parsed, settings, cancel));
        var check = new Command("check", "Say what can be measured on this machine, what is wrong and the exact fix. Measures for 10 s; needs no root.")
        {
            Length, AsJson, Bundle,
        };
        check.SetAction((parsed, cancel) => WithConfigAsync(parsed, settings, config => CheckAsync(config, parsed, cancel)));
        var demo = new Command("demo", "The agent over a simulated machine: needs no hardware and no Ollama.") { For, Record };
        demo.SetAction((parsed, cancel) => WithConfigAsync(parsed, settings, config => DemoAsync(config, parsed, cancel)));
        var replay = new Command("replay", "Fold a recording again, and say what it comes to.") { Recorded, AsMetrics };
        replay.SetAction((parsed, cancel) => ReplayAsync(parsed, cancel));
        var nvml = new Command("nvml", "Let the running agent release NVIDIA's driver, for an upgrade or a reset, and take it up again.")
        {
            Nvml("release", "Close NVML: nothing of the agent holds the GPUs then. It takes them up again after an hour, or a reload of the driver.", HttpMethod.Post, ControlSocket.NvmlRelease, settings),
            Nvml("hold", "Take NVML up again.", HttpMethod.Post, ControlSocket.NvmlHold, settings),
            Nvml("status", "Say whether it is held.", HttpMethod.Get, ControlSocket.NvmlState, settings),
        };
        var report = ReportOptions.Command((parsed, run) => WithConfigAsync(parsed, settings, config => run(config)));
        var simulate = SimulateOptions.Command((parsed, run) => WithConfigAsync(parsed, settings, config => run(config)));
        var root = new RootCommand(
            "Joules per token for Ollama on this machine. Any setting can be given as --section:key value (for example --listen 127.0.0.1:9000 or --sampling:interval 2s).")
        {
            run, check, demo, report, simulate, replay, nvml, ConfigFile, Record,
        };
        foreach (var command in root.Subcommands.Where(command => !command.Options.Contains(Record)))
        {
            command.Validators.Add(given => RefuseRecord(given));
        }

        root.SetAction((parsed, cancel) => RunAsync(parsed, settings, cancel));
        return root;
    }

    private static Command Nvml(string name, string help, HttpMethod method, string path, IReadOnlyList<Setting> settings)
    {
        var command = new Command(name, help);
        command.SetAction((parsed, cancel) => WithConfigAsync(
            parsed, settings, config => NvmlCommand.RunAsync(config, method, path, Console.Out, Console.Error, cancel)));
        return command;
    }

    /// <summary>Before a command it belongs to the agent, and would be forgotten.</summary>
    private static void RefuseRecord(CommandResult given)
    {
        if (given.GetResult(Record) is not null)
        {
            given.AddError($"{Record.Name} goes with run and demo, not with {given.Command.Name}.");
        }
    }

    private static Task<int> RunAsync(ParseResult parsed, IReadOnlyList<Setting> settings, CancellationToken cancel) =>
        WithConfigAsync(parsed, settings, config => WithRecordingAsync(parsed, record => RunCommand.RunAsync(config, record, cancel)));

    private static async Task<int> ReplayAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var output = Console.OpenStandardOutput();
        return await ReplayCommand.RunAsync(parsed.GetRequiredValue(Recorded), parsed.GetValue(AsMetrics), output, Console.Error, cancel);
    }

    private static async Task<int> CheckAsync(
        AgentConfig config, ParseResult parsed, CancellationToken cancel)
    {
        var (length, problem) = parsed.GetValue(Length) is { } given
            ? ConfigValue.Duration(given, TimeSpan.Zero, TimeSpan.FromHours(1))
            : (CheckCommand.Usually, null);
        if (problem is null)
        {
            var options = new CheckOptions(
                length, parsed.GetValue(AsJson), parsed.GetValue(Bundle), TimeProvider.System, Console.Out, Console.Error);
            return await CheckCommand.RunAsync(config, options, cancel);
        }

        await Console.Error.WriteLineAsync($"joulet: --for: {problem}");
        return BadUsage;
    }

    private static async Task<int> DemoAsync(
        AgentConfig config, ParseResult parsed, CancellationToken cancel)
    {
        var (duration, problem) = parsed.GetValue(For) is { } length
            ? ConfigValue.Duration(length, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))
            : default((TimeSpan? Duration, string? Problem));
        if (problem is null)
        {
            return await WithRecordingAsync(parsed, record => DemoCommand.RunAsync(config, duration, record, cancel));
        }

        await Console.Error.WriteLineAsync($"joulet: --for: {problem}");
        return BadUsage;
    }

    private static async Task<int> WithRecordingAsync(ParseResult parsed, Func<RecordingWriter?, Task<int>> command)
    {
        if (parsed.GetValue(Record) is not { } file)
        {
            return await command(null);
        }

        var (writer, problem) = RecordingFile.Create(file);
        if (writer is null)
        {
            await Console.Error.WriteLineAsync($"joulet: --record: {problem}");
            return BadUsage;
        }

        try
        {
            return await command(writer);
        }
        finally
        {
            RecordingFile.RemoveEmpty(file);
        }
    }

    private static async Task<int> WithConfigAsync(
        ParseResult parsed, IReadOnlyList<Setting> settings, Func<AgentConfig, Task<int>> command)
    {
        var loaded = ConfigLoader.Load(parsed.GetValue(ConfigFile), settings, Environment.GetEnvironmentVariables());
        if (loaded is ConfigResult.Loaded good)
        {
            return await command(good.Config);
        }

        foreach (var problem in ((ConfigResult.Invalid)loaded).Problems)
        {
            await Console.Error.WriteLineAsync($"joulet: {problem}");
        }

        return BadUsage;
    }
}
