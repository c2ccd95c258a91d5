using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Agent.Sensors.Wall;

/// <summary>What a Shelly says of itself, to everybody and without a password.</summary>
/// <remarks>
/// <c>GET /shelly</c> is in every generation: the first tells <c>type</c> and <c>auth</c>, later ones <c>gen</c>, <c>app</c>,
/// <c>model</c> and <c>auth_en</c>. See https://shelly-api-docs.shelly.cloud/gen1/#shelly and
/// https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Shelly#http-endpoint-shelly.
/// </remarks>
/// <param name="Model">Such as <c>Plus Plug S</c>, or <c>SHPLG-S</c> in the first generation.</param>
/// <param name="Generation">1 to 4 so far.</param>
/// <param name="IsLocked">It asks for a password.</param>
internal sealed record ShellyDevice(string Model, int Generation, bool IsLocked)
{
    /// <summary>These have a relay and no meter, and show as power what their owner once entered (<c>/settings/power</c>).</summary>
    private static readonly string[] WithoutMeter = ["SHSW-1", "SHSW-L"];

    public bool IsFirst => Generation == 1;

    /// <summary>It shows a power, and does not measure it.</summary>
    public bool Pretends => WithoutMeter.Contains(Model);

    /// <summary>As it stands in a sentence, before its verb.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"Shelly {Model}, gen {Generation},");

    /// <summary>Null where it is no Shelly.</summary>
    public static ShellyDevice? Of(JsonElement root)
    {
        var isFirst = root.Named("gen").Number() is null or 1;
        return isFirst
            ? root.Named("type").Word() is { } type && root.Named("auth") is { } auth
                ? new ShellyDevice(type, 1, auth.ValueKind == JsonValueKind.True)
                : null
            : (root.Named("app").Word() ?? root.Named("model").Word()) is { } model && root.Named("gen").Number() is > 1 and < 100 and var generation
                ? new ShellyDevice(Spaced(model), (int)generation, root.Named("auth_en").Is(true))
                : null;
    }

    /// <summary><c>PlusPlugS</c> as people write it: <c>Plus Plug S</c>.</summary>
    private static string Spaced(string app)
    {
        var text = new StringBuilder();
        foreach (var letter in app)
        {
            if (text.Length > 0 && char.IsAsciiLetterLower(text[^1]) && (char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter)))
            {
                text.Append(' ');
            }

            text.Append(letter);
        }

        return text.ToString();
    }
}
