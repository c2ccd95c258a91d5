using System.Text;

namespace Agent.Web.Access;

/// <summary>Lets a request through, or not.</summary>
internal static class AccessControl
{
    /// <summary>Before anything is answered over TCP: pages, metrics, health, and what is not there.</summary>
    public static void UseAccess(this WebApplication app, WebAccess access) => app.Use(async (context, next) =>
    {
        if (context.Connection.LocalIpAddress is null)
        {
            await next(context); // joulet's own commands, by the socket
            return;
        }

        foreach (var (name, value) in access.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (await access.DenyAsync(Credentials(context.Request.Headers.Authorization), context.RequestAborted) is not { } denial)
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = denial switch
        {
            Denial.RateLimit => StatusCodes.Status429TooManyRequests,
            Denial.Busy => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status401Unauthorized,
        };
        if (denial is Denial.NoCredentials or Denial.WrongPassword)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"joulet\", charset=\"UTF-8\"";
        }

        await context.Response.WriteAsync($"{denial switch
        {
            Denial.RateLimit => "Too many requests: rate_limit of the web config.",
            Denial.Busy => "Too many passwords are being checked: ask again.",
            _ => "A user and its password are asked for.",
        }}\n", context.RequestAborted);
    });

    /// <summary>User and password (RFC 7617); null where the header holds none.</summary>
    internal static (string User, string Password)? Credentials(string? header)
    {
        const string Scheme = "Basic ";
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}
