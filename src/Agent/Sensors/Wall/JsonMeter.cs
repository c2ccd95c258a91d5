using Agent.Config;

namespace Agent.Sensors.Wall;

/// <summary>Any address that answers with JSON or a plain number.</summary>
internal sealed class JsonMeter(WallHttp http, WallConfig config) : IWallMeter
{
    public async Task<WallAnswer> AskAsync(CancellationToken stop) => await http.GetAsync(stop) switch
    {
        WallReply.Content content => PowerText.Read(content.Body, http.Address.GetLeftPart(UriPartial.Path), config),
        WallReply.Failed failed => failed.Answer,
        _ => throw new InvalidOperationException("There is no other reply."),
    };

    public void Dispose() => http.Dispose();
}
