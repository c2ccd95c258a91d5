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

    /// <summary>Served over TCP, too, where it may ask for TLS and a password.</summary>
    public const string Metrics = "/metrics";

    public const string NvmlState = "/nvml";

    public const string NvmlRelease = "/nvml/release";

    public const string NvmlHold = "/nvml/hold";

    /// <summary>The socket that belongs to a state's folder; null where there is no folder, or its path is too long for one.</summary>
    public static string? PathIn(string folder)
    {
        var path = folder.Length == 0 ? "" : Path.Combine(folder, "control.sock");
        return path.Length > 0 && Encoding.UTF8.GetByteCount(path) <= LongestPath ? path : null;
    }

    /// <summary>Listens at the socket of a state's folder, in the place of one that was left behind.</summary>
    /// <returns>The socket, whose file goes away with it; or why there is none.</returns>
    public static (Socket? Socket, string? Problem) TryListen(string folder)
    {
        if (PathIn(folder) is not { } path)
        {
            return (null, $"the path of a socket in {folder} is too long: it may have {LongestPath} bytes.");
        }

        if (!Directory.Exists(folder))
        {
            return (null, $"there is no folder {folder}.");
        }

        try
        {
            return IsTaken(path) ? (null, $"another agent answers at {path}.") : (Listen(path), null);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
        {
            return (null, $"{path}: {failure.Message}");
        }
    }

    /// <summary>Whether somebody listens there. A socket that nobody listens at is removed.</summary>
    private static bool IsTaken(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        if (new FileInfo(path).Length > 0)
        {
            throw new IOException("It is a file, not a socket.");
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Blocking = false; // one that accepts nobody any more does not hold up the start
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return false;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.WouldBlock)
        {
            return true;
        }

        return true;
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));

            // Before it listens: until then nobody can connect, whatever the umask and the folder's rights are.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Serves these on the socket, and nothing else there; over TCP they do not exist.</summary>
    public static void UseControl(this WebApplication app, ControlActions actions) => app.Use(async (context, next) =>
    {
        if (context.Connection.LocalIpAddress is not null || context.Request.Path == Metrics)
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
