using System.Net.Sockets;
using System.Text;

namespace Agent.Web;

/// <summary>
/// The socket through which joulet's own commands talk to the running agent. It lies in the state's folder: only the agent's
/// user and root may connect. Nothing of it is served over TCP.
/// </summary>
internal static class ControlSocket
{
    /// <summary>Paths of unix sockets are this long at most (unix(7)), the ending zero not counted.</summary>
    private const int LongestPath = 107;

    /// <summary>What there is to ask for.</summary>
    public const string Advice = "/advice";

    public const string NvmlState = "/nvml";

    public const string NvmlRelease = "/nvml/release";

    public const string NvmlHold = "/nvml/hold";

    /// <summary>The socket that belongs to a state's folder; null where there is no folder, or its path is too long for one.</summary>
    public static string? PathIn(string folder)
    {
        var path = folder.Length == 0 ? "" : Path.Combine(folder, "control.sock");
        return path.Length > 0 && Encoding.UTF8.GetByteCount(path) <= LongestPath ? path : null;
    }

    /// <summary>Makes room for the socket: one that nobody listens at was left behind.</summary>
    /// <returns>Whether it is free.</returns>
    public static bool IsFree(string path)
    {
        if (!File.Exists(path))
        {
            return Directory.Exists(Path.GetDirectoryName(path));
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Serves these on the socket, and nothing else there; over TCP they do not exist.</summary>
    public static void UseControl(this WebApplication app, ControlActions actions) => app.Use(async (context, next) =>
    {
        if (context.Connection.LocalIpAddress is not null)
        {
            await next(context);
            return;
        }

        var (status, text) = (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", Advice) => (StatusCodes.Status200OK, actions.Advice()),
            ("GET", NvmlState) => (StatusCodes.Status200OK, actions.NvmlState()),
            ("POST", NvmlRelease) => await actions.ReleaseNvml(context.RequestAborted),
            ("POST", NvmlHold) => (StatusCodes.Status200OK, actions.HoldNvml()),
            _ => (StatusCodes.Status404NotFound, "This agent does not know that.\n"),
        };
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(text, context.RequestAborted);
    });
}
