namespace Agent.Web.Access;

/// <summary>What the log tells of it.</summary>
internal static partial class WebAccessLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{File} has changed: it holds from now on.")]
    public static partial void Taken(this ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "The web config has changed and cannot be used; what it said before holds. {Problems}")]
    public static partial void Refused(this ILogger log, string problems);

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} is again what holds.")]
    public static partial void AsBefore(this ILogger log, string file);
}
