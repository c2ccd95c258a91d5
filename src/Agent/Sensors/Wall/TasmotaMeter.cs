using System.Globalization;
using System.Text.Json;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>A plug with Tasmota, over its web commands.</summary>
/// <remarks>
/// <c>Status 8</c> shows what the sensors measure; later firmware shows the same for 8 and 10. The power in watts is
/// <c>StatusSNS.ENERGY.Power</c>, a list of them where there are several meters; firmware before 5.11 called it
/// <c>StatusPWR.Power</c>. Who asks stands in the query. See https://tasmota.github.io/docs/Commands/.
/// </remarks>
internal sealed class TasmotaMeter(WallHttp http, int channel) : IWallMeter
{
    private const string Name = "Tasmota";

    /// <summary>The metering chip shows the mean of about so long.</summary>
    private static readonly TimeSpan Mean = TimeSpan.FromSeconds(1);

    private static readonly WallAnswer.Nothing NoTasmota = new(
        MissingCause.Unsupported, "What answers is no Tasmota.", "See that sensors.wall.address and sensors.wall.kind are right.");

    private readonly string _path = http.Login.Password is { } password
        ? $"/cm?user={Uri.EscapeDataString(http.Login.User)}&password={Uri.EscapeDataString(password)}&cmnd=Status%208"
        : "/cm?cmnd=Status%208";

    public async Task<WallAnswer> AskAsync(CancellationToken stop) => await http.GetAsync(_path, stop) switch
    {
        WallReply.Content content => WallJson.Read(Bare(content.Body), Name, Power),
        WallReply.Failed { Status: System.Net.HttpStatusCode.NotFound } => NoTasmota,
        WallReply.Failed failed => failed.Answer,
        _ => throw new InvalidOperationException("There is no other reply."),
    };

    public void Dispose() => http.Dispose();

    private WallAnswer Power(JsonElement root)
    {
        if (root.Named("WARNING") is not null)
        {
            return http.Login.Password is null
                ? new WallAnswer.Nothing(MissingCause.Permission, "The Tasmota asks for a password, and none is configured.", "Write it into a file only joulet can read, and name that in sensors.wall.password_file.")
                : new WallAnswer.Nothing(MissingCause.Permission, "The Tasmota does not take the password.", "Correct the first line of the file that sensors.wall.password_file names, or sensors.wall.username.");
        }

        if ((root.Named("StatusSNS") ?? root.Named("StatusPWR")) is not { } status)
        {
            return root.Named("Command") is null
                ? NoTasmota
                : new WallAnswer.Nothing(MissingCause.Unsupported, "This Tasmota does not know the command Status 8.", "Update its firmware.");
        }

        if ((status.Named("ENERGY") ?? root.Named("StatusPWR"))?.Named("Power") is not { } power)
        {
            return new WallAnswer.Nothing(
                MissingCause.Unsupported, "This Tasmota device has no power meter, or its template leaves it out.", "Use a plug that measures, or set its template.");
        }

        var (told, count) = power.ValueKind == JsonValueKind.Array
            ? (power.Placed(channel), power.GetArrayLength())
            : (channel == 0 ? power : null, 1);
        return told is null ? NoChannel(count)
            : told.Number() is { } watts ? WallAnswer.Of(watts, Mean, Name)
            : new WallAnswer.Nothing(MissingCause.Error, "The power the Tasmota tells is no number.", "Update its firmware.");
    }

    private WallAnswer.Nothing NoChannel(int count) => new(
        MissingCause.Unsupported,
        string.Create(CultureInfo.InvariantCulture, $"The Tasmota has no meter {channel}: there are {count}, counted from 0."),
        "Correct sensors.wall.channel.");

    /// <summary>Old firmware puts <c>STATUS8 = </c> before the JSON.</summary>
    private static ReadOnlyMemory<byte> Bare(ReadOnlyMemory<byte> text) =>
        text.Span.StartsWith("STATUS"u8) && text.Span.IndexOf((byte)'{') is > 0 and var start ? text[start..] : text;
}
