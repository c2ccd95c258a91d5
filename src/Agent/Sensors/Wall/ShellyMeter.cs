using System.Net;
using System.Text.Json;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>A Shelly plug or meter of any generation, over its local HTTP: first asked what it is, then for its power.</summary>
/// <remarks>
/// The first generation asks for a password by Basic, later ones by Digest with SHA-256 and the user admin:
/// https://shelly-api-docs.shelly.cloud/gen2/General/Authentication.
/// </remarks>
internal sealed class ShellyMeter(WallHttp http, int channel) : IWallMeter
{
    private ShellyDevice? _device;
    private ShellyLater? _part;

    public async Task<WallAnswer> AskAsync(CancellationToken stop)
    {
        if (_device is null && await DetectAsync(stop) is { } failure)
        {
            return failure;
        }

        var (device, name) = (_device!, _device!.Name);
        if (device.IsFirst)
        {
            return await GetAsync(ShellyFirst.Path, name, status => ShellyFirst.Power(status, channel, name), stop);
        }

        if (_part is { } part)
        {
            return await GetAsync(part.PathOf(channel), name, status => part.Read(status, name), stop);
        }

        return await GetAsync("/rpc/Shelly.GetStatus", name, First, stop);
    }

    public void Dispose() => http.Dispose();

    /// <summary>Finds out what it is.</summary>
    /// <returns>Why that does not lead to a meter; null where it may.</returns>
    private async Task<WallAnswer?> DetectAsync(CancellationToken stop)
    {
        var reply = await http.GetAsync("/shelly", stop);
        if (reply is not WallReply.Content content)
        {
            // /shelly asks nobody for a password: who does, is something else.
            return reply is WallReply.Failed { Status: null or >= HttpStatusCode.InternalServerError or < HttpStatusCode.BadRequest } failed
                ? failed.Answer
                : Shelly.NoShelly;
        }

        ShellyDevice? device = null;
        _ = WallJson.Read(content.Body, "It", root =>
        {
            device = ShellyDevice.Of(root);
            return Shelly.NoShelly;
        });
        if (device is null)
        {
            return Shelly.NoShelly;
        }

        if (device.IsLocked && http.Login.Password is null)
        {
            return Shelly.Locked(device.Name);
        }

        if (device is { IsLocked: true, IsFirst: false } && !OpenSsl.IsThere)
        {
            return new WallAnswer.Nothing(MissingCause.Unsupported, $"The login of {device.Name} needs OpenSSL, which is not installed.", OpenSsl.Fix);
        }

        if (device.Pretends)
        {
            return Shelly.NoMeter(device.Name);
        }

        _device = device;
        return null;
    }

    private WallAnswer First(JsonElement status)
    {
        (_part, var failure) = ShellyLater.Find(status, channel, _device!.Name);
        return failure ?? _part!.Read(status.GetProperty($"{_part.Kind}:{channel}"), _device.Name);
    }

    private async Task<WallAnswer> GetAsync(string path, string name, Func<JsonElement, WallAnswer> take, CancellationToken stop) =>
        await http.GetAsync(path, stop) switch
        {
            WallReply.Content content => WallJson.Read(content.Body, name, take),
            WallReply.Failed failed => failed.Answer,
            _ => throw new InvalidOperationException("There is no other reply."),
        };
}
