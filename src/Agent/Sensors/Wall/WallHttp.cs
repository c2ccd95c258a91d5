using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>
/// Asks one address on the local network. No proxy, no cookies, no redirects, one connection, little patience for long
/// answers. Neither the password nor what a query may hold is in any reason.
/// </summary>
internal sealed class WallHttp(WallLogin login) : IDisposable
{
    /// <summary>The longest status of a Shelly with all its parts is about 5 kB.</summary>
    private const int MaxAnswer = 64 * 1024;

    private const int MaxHeaderKilobytes = 16;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        Credentials = login,
        MaxConnectionsPerServer = 1, // a plug serves two or three at most, its owner's browser among them
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        MaxResponseDrainSize = 0, // what is too long is not read to its end
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // bounded by the token
    };

    public WallLogin Login => login;

    public Uri Address => login.Address;

    private string Place => Address.GetLeftPart(UriPartial.Authority);

    public void Dispose() => _http.Dispose();

    /// <summary>Asks below the configured address.</summary>
    /// <exception cref="OperationCanceledException">The question was withdrawn.</exception>
    public Task<WallReply> GetAsync(string path, CancellationToken stop) =>
        GetAsync(new Uri($"{Address.GetLeftPart(UriPartial.Path).TrimEnd('/')}{path}"), stop);

    /// <summary>Asks the configured address itself.</summary>
    /// <exception cref="OperationCanceledException">The question was withdrawn.</exception>
    public Task<WallReply> GetAsync(CancellationToken stop) => GetAsync(Address, stop);

    private async Task<WallReply> GetAsync(Uri address, CancellationToken stop)
    {
        if (login.Failure is { } failure)
        {
            return new WallReply.Failed(null, failure);
        }

        if (address.Scheme == Uri.UriSchemeHttps && !OpenSsl.IsThere)
        {
            return Unreachable(MissingCause.Unsupported, "https needs OpenSSL, which is not installed.", OpenSsl.Fix);
        }

        try
        {
            using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop);
            return response.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(response, stop)
                : new WallReply.Failed(response.StatusCode, Refused(address, response));
        }
        catch (HttpRequestException error)
        {
            return WhyNot(error);
        }
        catch (IOException)
        {
            return Broken();
        }
    }

    private async Task<WallReply> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[MaxAnswer + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return length > MaxAnswer
            ? Unreachable(MissingCause.Error, $"{Place} answered with more than {MaxAnswer / 1024} kB: that is no meter's answer.", "See that sensors.wall.address leads to the meter.")
            : new WallReply.Content(buffer.AsMemory(0, length));
    }

    private WallAnswer.Nothing Refused(Uri address, HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => login.Password is null
            ? new(MissingCause.Permission, $"{Place} asks for a password, and none is configured.", "Write it into a file only joulet can read, and name that in sensors.wall.password_file.")
            : new(MissingCause.Permission, $"{Place} does not take the password of user '{login.User}'.", "Correct the first line of the file that sensors.wall.password_file names, or sensors.wall.username."),
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => new(
            MissingCause.Error,
            $"{Place} sends on to {Target(address, response)}, where joulet does not follow.",
            "Set sensors.wall.address to what answers itself."),
        HttpStatusCode.NotFound => new(MissingCause.Unsupported, $"{Place} does not know {address.AbsolutePath}.", "See that sensors.wall.address and sensors.wall.kind are right."),
        _ => new(MissingCause.Error, $"{Place} answered with status {Number(response.StatusCode)}.", "See its log; restart it if that goes on."),
    };

    /// <summary>Where a redirect leads to, without what its path and query may hold.</summary>
    private static string Target(Uri from, HttpResponseMessage response) => response.Headers.Location is { } location
        ? new Uri(from, location).GetLeftPart(UriPartial.Authority)
        : "elsewhere";

    private WallReply.Failed WhyNot(HttpRequestException error) => error switch
    {
        { HttpRequestError: HttpRequestError.NameResolutionError } =>
            Unreachable(MissingCause.Gone, $"The name {Address.Host} is not known on this machine.", "Give the meter's IP address in sensors.wall.address."),
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            Unreachable(MissingCause.Gone, $"Nothing listens at {Place}.", "See that the meter has power, and that sensors.wall.address is right."),
        { HttpRequestError: HttpRequestError.ConnectionError } =>
            Unreachable(MissingCause.Gone, $"{Place} cannot be reached.", "See that the meter has power and is on this machine's network, and that sensors.wall.address is right."),
        { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            Unreachable(MissingCause.Error, $"{Place} has no certificate that this machine trusts.", "Add its authority to this machine's, or use http."),
        _ => Broken(),
    };

    private WallReply.Failed Broken() =>
        Unreachable(MissingCause.Error, $"{Place} broke off its answer, or does not speak HTTP.", "See that sensors.wall.address leads to the meter; restart it if that goes on.");

    private static WallReply.Failed Unreachable(MissingCause cause, string what, string fix) => new(null, new(cause, what, fix));

    private static string Number(HttpStatusCode status) => ((int)status).ToString(CultureInfo.InvariantCulture);
}
