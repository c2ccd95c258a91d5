using System.Net;
using Agent.Config;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>Who asks: user and password, for Basic and for Digest, and only for the meter's own address.</summary>
/// <param name="Address">The meter's.</param>
/// <param name="User">Empty where there is none.</param>
/// <param name="Password">Null where none is configured.</param>
/// <param name="Failure">Why the password cannot be had; null where it can, or none is configured.</param>
internal sealed record WallLogin(Uri Address, string User, string? Password, WallAnswer.Nothing? Failure) : ICredentials
{
    /// <summary>No password is longer.</summary>
    private const int LongestPassword = 1024;

    /// <summary>Both Shelly (always) and Tasmota (as delivered) call their user so.</summary>
    private const string UsualUser = "admin";

    /// <summary>Reads the password anew: it may have been changed together with the plug's.</summary>
    public static WallLogin Read(WallConfig config)
    {
        var address = new Uri(config.Address);
        var user = config.Username.Length == 0 && config.PasswordFile.Length > 0 ? UsualUser : config.Username;
        if (config.PasswordFile.Length == 0)
        {
            return new(address, user, null, null);
        }

        try
        {
            using var file = new StreamReader(config.PasswordFile);
            var start = new char[LongestPassword];
            var length = file.ReadBlock(start);
            var line = start.AsSpan(0, length);
            var end = line.IndexOfAny('\r', '\n');
            return new(address, user, (end < 0 ? line : line[..end]).ToString(), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new(address, user, null, new(
                failure is UnauthorizedAccessException ? MissingCause.Permission : MissingCause.Error,
                $"{config.PasswordFile} (sensors.wall.password_file) cannot be read.",
                "Put the password into its first line, and let the user joulet runs as read it."));
        }
    }

    /// <summary>Null for NTLM and the like, which no meter asks for and a stranger could.</summary>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        Password is not null
        && uri.Authority == Address.Authority
        && (authType.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || (authType.Equals("Digest", StringComparison.OrdinalIgnoreCase) && OpenSsl.IsThere))
            ? new(User, Password)
            : null;

    /// <summary>Without the password: a record's own text would hold it.</summary>
    public override string ToString() => $"{nameof(WallLogin)} of {User}";
}
