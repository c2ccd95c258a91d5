using System.Net;
using System.Net.Sockets;
using Agent.Config;
using Agent.Core.Reports;
using Agent.Export;
using Agent.Web;

namespace Agent.Commands;

/// <summary>The agent that runs on this machine, where one does: over its metrics, and over its control socket.</summary>
internal sealed class RunningAgent : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A release waits for the next reading.</summary>
    private static readonly TimeSpan ControlPatience = NvmlControl.LongestPatience + Patience;

    /// <summary>A scrape of a thousand series has some hundred thousand.</summary>
    private const int MostBytes = 8 << 20;

    private readonly string? _socket;
    private readonly Uri _metrics;
    private readonly HttpClient _control;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MostBytes,
    };

    private Task<string?>? _asked;

    public RunningAgent(AgentConfig config)
    {
        var listen = IPEndPoint.Parse(config.Listen);
        var address = listen.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listen.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listen.Address;
        _metrics = new Uri($"http://{new IPEndPoint(address, listen.Port)}/metrics");
        _socket = ControlSocket.PathIn(config.Paths.State);
        _control = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync })
        {
            BaseAddress = new Uri("http://joulet"),
            Timeout = ControlPatience,
            MaxResponseContentBufferSize = MostBytes,
        };
    }

    /// <summary>What it exports now; null where none answers.</summary>
    public Task<string?> MetricsAsync(CancellationToken cancel) => _asked ??= AskMetricsAsync(cancel);

    /// <summary>It sees what some part of this machine draws.</summary>
    public async Task<bool> SeesEnergyAsync(CancellationToken cancel) =>
        (await MetricsAsync(cancel))?.Contains("\njoulet_host_energy_joules_total{", StringComparison.Ordinal) == true;

    /// <summary>Its advice, which it can give better than a look of ten seconds; null where none answers.</summary>
    public async Task<IReadOnlyList<Advice>?> AdviceAsync(CancellationToken cancel) =>
        await AskAsync(HttpMethod.Get, ControlSocket.Advice, cancel) is (true, { } text) ? AdviceJson.Read(text) : null;

    /// <summary>Asks over the control socket.</summary>
    /// <returns>Whether it did as told, and what it said; a null text where none answers.</returns>
    public async Task<(bool Done, string? Text)> AskAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        if (_socket is null)
        {
            return (false, null);
        }

        var done = false;
        var text = await TryAsync(async () =>
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await _control.SendAsync(request, cancel);
            done = answer.IsSuccessStatusCode;
            return await answer.Content.ReadAsStringAsync(cancel);
        });
        return (done, text);
    }

    /// <summary>Whether one runs, and how its sensors are.</summary>
    public async Task<Finding> CheckAsync(CancellationToken cancel)
    {
        const string Subject = "agent";
        if (await MetricsAsync(cancel) is not { } text || !text.Contains("joulet_build_info", StringComparison.Ordinal))
        {
            return new Finding(Verdict.Absent, Subject, $"No joulet answers at {_metrics}: what is said here is what one would find.");
        }

        var sensors = text.Split('\n')
            .Where(line => line.StartsWith("joulet_sensor_up{sensor=\"", StringComparison.Ordinal))
            .ToLookup(line => line.EndsWith(" 1", StringComparison.Ordinal), line => line.Split('"')[1]);
        return sensors[false].Any()
            ? new Finding(
                Verdict.Warning,
                Subject,
                $"joulet runs at {_metrics}, and cannot read {string.Join(", ", sensors[false])}.",
                "Its log tells why: journalctl -u joulet. It may have other rights than you.")
            : new Finding(Verdict.Good, Subject, $"joulet runs at {_metrics}, and all its sensors work: {string.Join(", ", sensors[true])}.");
    }

    public void Dispose()
    {
        _http.Dispose();
        _control.Dispose();
    }

    /// <summary>Over the socket, where no password is asked for; a caller who may not connect there, or whose agent keeps no state, asks as a scraper does.</summary>
    private async Task<string?> AskMetricsAsync(CancellationToken cancel) =>
        await AskAsync(HttpMethod.Get, ControlSocket.Metrics, cancel) is (true, { } text) ? text : await TryAsync(() => _http.GetStringAsync(_metrics, cancel));

    private static async Task<string?> TryAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket!), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
