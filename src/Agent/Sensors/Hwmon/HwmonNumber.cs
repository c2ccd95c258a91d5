using System.Globalization;
using Agent.Core.Metering;

namespace Agent.Sensors.Hwmon;

/// <summary>An attribute of a chip that is a number.</summary>
internal sealed class HwmonNumber(Sysfs sysfs, string path) : IDisposable
{
    private const int LongestQuote = 40;

    private readonly SysfsFile _file = new(sysfs.PathOf(path));

    /// <summary>How often its file was opened: another number where the chip may have begun anew.</summary>
    public long Openings => _file.Openings;

    /// <summary>The number, in the attribute's own unit; null and why where it cannot be read.</summary>
    public double? Read(out Reading.Missing? failure)
    {
        failure = null;
        var text = _file.ReadText();
        if (text is SysfsText.Read { Value: var value } && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        failure = text switch
        {
            SysfsText.Read { Value: var other } => new Reading.Missing(
                MissingCause.Error, $"/sys/{path} reads '{(other.Length > LongestQuote ? other[..LongestQuote] : other)}', which is no number."),
            SysfsText.Failed { Cause: MissingCause.Permission } => new Reading.Missing(
                MissingCause.Permission, $"/sys/{path} may not be read. The kernel lets everybody: look what hides /sys from joulet's unit or container."),
            SysfsText.Failed failed => new Reading.Missing(failed.Cause, $"/sys/{path} cannot be read: {failed.Reason}"),
            _ => throw new InvalidOperationException($"Unknown answer {text}."),
        };
        return null;
    }

    public void Dispose() => _file.Dispose();
}
