using Microsoft.Extensions.Logging.Console;

namespace Agent.Commands;

/// <summary>How the agent logs: one line an event, in journald's form under systemd.</summary>
internal static class Logging
{
    public static ILoggingBuilder AddOneLine(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);

        // Start and stop of the framework's own parts are no news to an operator.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        return Microsoft.Extensions.Hosting.Systemd.SystemdHelpers.IsSystemdService()
            ? logging.AddSystemdConsole()
            : logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.ColorBehavior = LoggerColorBehavior.Disabled;
            });
    }
}
