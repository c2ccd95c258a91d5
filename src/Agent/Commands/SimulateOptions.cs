using System.CommandLine;
using Agent.Config;

namespace Agent.Commands;

/// <summary>The options of <c>joulet simulate</c>, which only the accuracy benchmark uses.</summary>
internal static class SimulateOptions
{
    private static readonly Argument<string> Machine = new("MACHINE");

    private static readonly Option<int> Seed = new("--seed") { DefaultValueFactory = _ => 1 };

    private static readonly Option<double> Speed = new("--speed") { DefaultValueFactory = _ => 1 };

    private static readonly Option<double> Seconds = new("--seconds") { DefaultValueFactory = _ => 300 };

    /// <summary>The command.</summary>
    /// <param name="configured">Loads the configuration and goes on with it.</param>
    public static Command Command(Func<ParseResult, Func<AgentConfig, Task<int>>, Task<int>> configured)
    {
        Positive(Speed);
        Positive(Seconds);
        var command = new Command("simulate", "Tell how right a simulated machine is measured.") { Machine, Seed, Speed, Seconds };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => configured(parsed, config => SimulateCommand.RunAsync(
            config,
            parsed.GetRequiredValue(Machine),
            parsed.GetValue(Seed),
            parsed.GetValue(Speed),
            TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            Console.Out,
            cancel)));
        return command;
    }

    private static void Positive(Option<double> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<double>() is not (> 0 and < 1e6))
        {
            result.AddError($"{option.Name} must be above 0 and below 1000000.");
        }
    });
}
