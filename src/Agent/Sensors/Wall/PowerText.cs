using System.Globalization;
using System.Text;
using System.Text.Json;
using Agent.Config;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>Finds the power in a text of any form: a plain number, or a number within JSON.</summary>
internal static class PowerText
{
    /// <summary>Reads it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="teller">Where it is from, at the start of a sentence.</param>
    /// <param name="config">Where in it the number is, and what it is to be multiplied by.</param>
    public static WallAnswer Read(ReadOnlyMemory<byte> text, string teller, WallConfig config)
    {
        if (config.PowerPath.Length > 0)
        {
            return WallJson.Read(text, teller, root => Follow(root, config.PowerPath).Number() is { } number
                ? Scaled(number, teller, config)
                : new WallAnswer.Nothing(
                    MissingCause.Error, $"{teller} has no number at {config.PowerPath}.", "Correct sensors.wall.power_path: names and places joined by dots."));
        }

        return WallJson.NumberOf(Encoding.UTF8.GetString(text.Span).Trim().Trim('"')) is { } plain
            ? Scaled(plain, teller, config)
            : new WallAnswer.Nothing(
                MissingCause.Error, $"{teller} holds no plain number.", "If it is JSON, say in sensors.wall.power_path where the number is.");
    }

    private static WallAnswer Scaled(double number, string teller, WallConfig config) =>
        WallAnswer.Of(number * config.Scale, config.Interval, teller);

    private static JsonElement? Follow(JsonElement root, string path)
    {
        JsonElement? here = root;
        foreach (var step in path.Split('.'))
        {
            here = here is { ValueKind: JsonValueKind.Array } list && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                ? list.Placed(place)
                : here?.Named(step);
        }

        return here;
    }
}
