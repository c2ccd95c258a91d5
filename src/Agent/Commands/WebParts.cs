using System.Net;
using Agent.Config;
using Agent.Web.Access;

namespace Agent.Commands;

/// <summary>Who may ask the agent.</summary>
internal static class WebParts
{
    /// <summary>What is said of it.</summary>
    public const string Subject = "web";

    /// <summary>Reads the web-config file, where one is set.</summary>
    /// <returns>Null where none is; and what is wrong with it.</returns>
    public static (WebAccess? Access, IReadOnlyList<string> Problems) Access(AgentConfig config, TimeProvider time, ILoggerFactory logs)
    {
        if (config.WebConfigFile.Length == 0)
        {
            return (null, []);
        }

        var (file, problems) = WebConfigFile.Read(config.WebConfigFile);
        return (file is null ? null : new WebAccess(config.WebConfigFile, file, time, logs.CreateLogger("joulet")), problems);
    }

    /// <summary>How open it is, and what is wrong with the file.</summary>
    public static Finding Check(AgentConfig config)
    {
        if (config.WebConfigFile.Length == 0)
        {
            return IsOpen(config)
                ? new Finding(Verdict.Warning, Subject, $"Whoever reaches {config.Listen} reads this machine's metrics, model names too: there is no password and no TLS.",
                    "Set web_config_file (README, Access), or listen to 127.0.0.1 only.")
                : new Finding(Verdict.Good, Subject, $"Metrics are served at {config.Listen}: to this machine only.");
        }

        var (file, problems) = WebConfigFile.Read(config.WebConfigFile);
        return file is null ? new Finding(Verdict.Bad, Subject, string.Join(' ', problems), "joulet does not start so. Read by another user it may be right: run joulet check as the agent's user.")
            : file is { Tls: null, Config.Users.Count: > 0 } && IsOpen(config)
                ? new Finding(Verdict.Warning, Subject, $"Passwords for {config.Listen} go over the network as they are: there is no TLS.", $"Set tls_server_config in {config.WebConfigFile}.")
                : new Finding(Verdict.Good, Subject, $"Metrics are served at {config.Listen}, {(file.Tls is null ? "without" : "with")} TLS, to {Whom(file.Config)}.");
    }

    private static string Whom(WebConfig config) => (config.Users.Count, config.Tls.ClientAuth) switch
    {
        (0, ClientAuth.RequireAndVerifyClientCert) => "clients with a certificate",
        (0, _) => "everybody who reaches it",
        (_, ClientAuth.RequireAndVerifyClientCert) => "users with a password and a certificate",
        _ => "users with a password",
    };

    private static bool IsOpen(AgentConfig config) => !IPAddress.IsLoopback(IPEndPoint.Parse(config.Listen).Address);
}
