using Microsoft.Extensions.Logging.Console;

namespace Agent.Commands;

/// <summary>How the agent logs.</summary>
internal static class Logging
{
    /// <summary>To standard output, one line an event.</summary>
    public static ILoggerFactory OneLine() => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Information);

        // Start and stop of the framework's own parts are no news to an operator.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // why it cannot start is said in one line
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
        logging.Services.AddSingleton<ConsoleFormatter, LineFormatter>();
    });
}
