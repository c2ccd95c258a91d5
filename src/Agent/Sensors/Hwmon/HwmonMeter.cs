using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Hwmon;

/// <summary>One quantity that a chip tells: an energy, a power, or a voltage and a current that make one.</summary>
/// <remarks>See Documentation/hwmon/sysfs-interface.rst: µJ, µW, ms, mV, mA.</remarks>
internal abstract class HwmonMeter : IDisposable
{
    private HwmonMeter()
    {
    }

    public abstract Reading Read();

    public abstract void Dispose();

    /// <summary>A counter of energy.</summary>
    /// <param name="unseen">After more than this unread some of it may be lost; null where nothing is.</param>
    public sealed class Energy(HwmonNumber joules, Watts most, Joules? unseen, long registration) : HwmonMeter
    {
        public override Reading Read() => joules.Read(out var failure) is { } microjoules
            ? new Reading.Counter(Joules.FromMicrojoules(microjoules))
            {
                UnseenRange = unseen,
                MostPower = most,
                Epoch = (registration << 20) + joules.Openings,
            }
            : failure!;

        public override void Dispose() => joules.Dispose();
    }

    /// <summary>A power.</summary>
    /// <param name="mean">Over how long back the chip averages it.</param>
    public sealed class Power(HwmonNumber watts, TimeSpan mean, Watts most) : HwmonMeter
    {
        public override Reading Read() => watts.Read(out var failure) switch
        {
            null => failure!,
            < 0 => new Reading.Power(Watts.Zero, mean), // a sensor of both directions, of what flows the other way
            { } microwatts when Watts.FromMicrowatts(microwatts) > most => new Reading.Missing(
                MissingCause.Error, FormattableString.Invariant($"It tells {microwatts / 1e6:0} W, which cannot be.")),
            { } microwatts => new Reading.Power(Watts.FromMicrowatts(microwatts), mean),
        };

        public override void Dispose() => watts.Dispose();
    }

    /// <summary>A power that is a voltage times a current.</summary>
    public sealed class Product(HwmonNumber volts, HwmonNumber amperes) : HwmonMeter
    {
        public override Reading Read() => (volts.Read(out var first), amperes.Read(out var second)) switch
        {
            ({ } millivolts, { } milliamperes) => new Reading.Power(Watts.Max(Watts.FromMicrowatts(millivolts * milliamperes), Watts.Zero), TimeSpan.Zero),
            _ => (first ?? second)!,
        };

        public override void Dispose()
        {
            volts.Dispose();
            amperes.Dispose();
        }
    }
}
