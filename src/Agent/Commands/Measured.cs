using Agent.Core.Metering;

namespace Agent.Commands;

/// <summary>What a device drew while joulet check looked.</summary>
/// <param name="Device">The device.</param>
/// <param name="Watts">The mean; null where it could not be told.</param>
/// <param name="Method">By its counter or by its power.</param>
/// <param name="Told">The mean of the power it reports itself beside its counter; null where it reports none.</param>
/// <param name="State">How it was at the end.</param>
/// <param name="Failure">Why it could not be read; null where it could.</param>
internal sealed record Measured(Device Device, double? Watts, MeterMethod Method, double? Told, MeasuredState State, string? Failure)
{
    /// <summary>Two ways to the same energy may be this far apart: steps of the counter at both ends, and the mean of a power that lags.</summary>
    private const double Usual = 0.15;

    /// <summary>Watts; less apart than this is nothing whatever it is a share of.</summary>
    private const double FewWatts = 2;

    /// <summary>How far the power it reports is from what its counter says, as a share of that; null where there are not both.</summary>
    public double? Apart => Watts is > 0 and var watts && Told is { } told ? Math.Abs(told - watts) / watts : null;

    /// <summary>Counter and power tell different things.</summary>
    public bool Disagrees => Apart > Usual && Math.Abs(Told!.Value - Watts!.Value) > FewWatts;
}
