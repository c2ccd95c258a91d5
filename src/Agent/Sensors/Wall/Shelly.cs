using System.Globalization;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>What holds for all generations of Shelly.</summary>
internal static class Shelly
{
    /// <summary>Their meters show the mean of about so long.</summary>
    public static readonly TimeSpan Mean = TimeSpan.FromSeconds(1);

    public static readonly WallAnswer.Nothing NoShelly = new(
        MissingCause.Unsupported, "What answers is no Shelly.", "See that sensors.wall.address and sensors.wall.kind are right.");

    public static WallAnswer.Nothing NoMeter(string name) => new(
        MissingCause.Unsupported, $"{name} has no power meter in it.", "Use one that measures: a Plug S, a PM, an EM.");

    public static WallAnswer.Nothing NoChannel(string name, int channel, string there) => new(
        MissingCause.Unsupported,
        string.Create(CultureInfo.InvariantCulture, $"{name} has no meter {channel}: {there}."),
        "Correct sensors.wall.channel.");

    /// <summary>joulet runs, so this machine has power.</summary>
    public static WallAnswer.Nothing SwitchedOff(string name, string errors) => new(
        MissingCause.Error, $"{name} has its relay open{errors}: what it feeds is not this machine.", "Correct sensors.wall.channel or sensors.wall.address.");

    public static WallAnswer.Nothing Locked(string name) => new(
        MissingCause.Permission,
        $"{name} asks for a password, and none is configured.",
        "Write it into a file only joulet can read, and name that in sensors.wall.password_file.");
}
