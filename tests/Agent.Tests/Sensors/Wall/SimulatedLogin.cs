using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Agent.Tests.Sensors.Wall;

/// <summary>Devices behind a password. What everybody may ask (<c>/shelly</c>) stays open.</summary>
internal static partial class SimulatedLogin
{
    private const string Realm = "shellyplusplugs-a8032ab12345";

    /// <summary>Behind Basic.</summary>
    public static RequestDelegate Basic(string user, string password, RequestDelegate device) => context =>
    {
        var right = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
        if (context.Request.Path == "/shelly" || context.Request.Headers.Authorization == right)
        {
            return device(context);
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"SHPLG-S\"";
        return PlugServer.AnswerAsync(context, "401 Unauthorized", StatusCodes.Status401Unauthorized);
    };

    /// <summary>Behind Digest with SHA-256 as of RFC 7616, user admin; every hash is checked, each nonce is good for one call.</summary>
    public static RequestDelegate Digest(string password, RequestDelegate device)
    {
        var nonces = new HashSet<string>();
        return context =>
        {
            if (context.Request.Path == "/shelly" || IsRight(context.Request, password, nonces))
            {
                return device(context);
            }

            var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
            nonces.Add(nonce);
            context.Response.Headers.WWWAuthenticate = $"Digest qop=\"auth\", realm=\"{Realm}\", nonce=\"{nonce}\", algorithm=SHA-256";
            return PlugServer.AnswerAsync(context, "", StatusCodes.Status401Unauthorized);
        };
    }

    private static bool IsRight(HttpRequest request, string password, HashSet<string> nonces)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Digest ", StringComparison.Ordinal))
        {
            return false;
        }

        var said = Part.Matches(header).ToDictionary(part => part.Groups["name"].Value, part => part.Groups["value"].Value.Trim('"'));
        var who = Hash($"admin:{Realm}:{password}");
        var what = Hash($"GET:{request.Path}{request.QueryString}");
        return said["username"] == "admin"
            && said["algorithm"] == "SHA-256"
            && said["uri"] == $"{request.Path}{request.QueryString}"
            && nonces.Remove(said["nonce"])
            && said["response"] == Hash($"{who}:{said["nonce"]}:{said["nc"]}:{said["cnonce"]}:auth:{what}");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("""(?<name>\w+)=(?<value>"[^"]*"|[^,\s]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part { get; }
}
