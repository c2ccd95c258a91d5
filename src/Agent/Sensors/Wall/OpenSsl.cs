using System.Runtime.InteropServices;

namespace Agent.Sensors.Wall;

/// <summary>
/// The library that https and digest logins need. .NET ends the whole process when it needs it and it is not installed, so
/// it is looked for first. Nothing else of the agent needs it.
/// </summary>
internal static class OpenSsl
{
    public const string Fix = "Install OpenSSL's library (libssl3, openssl-libs).";

    private static readonly Lazy<bool> Found = new(() =>
        new[] { "libssl.so.3", "libssl.so.1.1" }.Any(name => NativeLibrary.TryLoad(name, out _)));

    public static bool IsThere => Found.Value;
}
