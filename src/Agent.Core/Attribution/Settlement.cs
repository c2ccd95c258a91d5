using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Books what was measured, as far as it is known what for.</summary>
internal static class Settlement
{
    /// <summary>How far a meter of the whole machine may lag behind the others.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(10);

    /// <summary>Books every span that ended by then, of every device that another does not contain.</summary>
    public static Ledger Settle(Ledger ledger, Moment settled)
    {
        var known = KnownUntil(ledger, settled);
        var before = ledger.Devices;
        var devices = before;
        var taken = Joules.Zero;
        var (from, to) = (known, known);
        foreach (var device in before.Values)
        {
            var state = device;
            while (state.Take(known) is var (next, span))
            {
                var unbooked = state;
                state = Booked(ledger, next, span);
                ledger = RequestEnergy.Share(ledger, unbooked, state, span.From, span.To);
                taken += device.Device.Component is null ? Joules.Zero : span.Energy;
                from = Moment.Min(from, span.From);
            }

            devices = devices.SetItem(device.Device.Id, state);
        }

        var whole = SettleRest(ledger with { Devices = devices }, before, taken);
        return whole with { Profiles = whole.Profiles.Book(before, whole.Devices, from, to) };
    }

    /// <summary>
    /// While another program uses a GPU, what was drawn waits until the driver has told who used it then, as long as it does
    /// tell. All devices wait alike: the rest of the machine is what its meter shows beyond the others at the same time.
    /// </summary>
    private static Moment KnownUntil(Ledger ledger, Moment settled) => ledger.Gpus.Values
        .Where(gpu => GpuClaims.IsShared(ledger, gpu))
        .Select(gpu => gpu.Use.Until!.Value)
        .Where(until => settled - until <= GpuUseTimeline.Life)
        .Aggregate(settled, Moment.Min);

    private static DeviceLedger Booked(Ledger ledger, DeviceLedger device, EnergySpan span)
    {
        if (device.Device.Component is null)
        {
            return device;
        }

        if (device.Device.Kind == DeviceKind.EstimatedRest)
        {
            return device.Book(span, [], [], quiet: false); // a fixed power is drawn whatever is done
        }

        if (device.Device.Kind != DeviceKind.Gpu)
        {
            return device.Book(
                span,
                [],
                CpuClaims.Of(ledger, span.From, span.To),
                CpuClaims.IsQuiet(ledger, span.From, span.To),
                ledger.Cpu.Between(span.From, span.To)?.Busy ?? 0);
        }

        var residents = Occupancy.Residents(ledger, device.Device, span.From, span.To);

        // The counter may lag: what it shows at the end of a span may have been drawn a step before its start.
        var claims = GpuClaims.Of(ledger, device.Device, span.From - span.Lag, span.To);
        return device.Book(span, residents, device.Solo.Weigh(claims), quiet: claims.Count == 0 && !ledger.Requests.IsCrowded(span.From));
    }

    /// <summary>What a meter of the whole machine saw beyond the others is shared as theirs was.</summary>
    /// <remarks>
    /// Both sides are read at slightly different moments: what is missing now is made up for later, so that the sum is
    /// the largest it ever was, and never falls.
    /// </remarks>
    private static Ledger SettleRest(Ledger ledger, ImmutableDictionary<string, DeviceLedger> before, Joules taken)
    {
        var meters = WholeMachine.Of(before);
        if (meters.Count == 0)
        {
            return ledger;
        }

        var platforms = meters.SelectMany(device => device.Pending.Except(ledger.Devices[device.Device.Id].Pending)).ToArray();
        var (meter, unseen) = (meters[0].Device.Kind, meters.Sum(device => device.Meter.Unknown.TotalSeconds));

        // What the platform's meter did not see, the others' joules of then are not missing from; nor what another meter saw.
        var isSame = meter == (ledger.RestMeter ?? meter) && unseen <= ledger.RestUnobserved;
        var carried = isSame ? ledger.RestBalance : Joules.Zero;
        ledger = ledger with { RestUnobserved = unseen, RestMeter = meter };
        var balance = carried + new Joules(platforms.Sum(span => span.Energy.Value)) - taken;
        if (platforms.Length == 0)
        {
            return ledger with { RestBalance = balance };
        }

        var span = new EnergySpan(platforms.Min(span => span.From), platforms.Max(span => span.To), balance, TimeSpan.Zero);
        if (balance <= Joules.Zero)
        {
            // More than a lag of its readings is energy that it does not see: that is nothing to make up for.
            return ledger with { RestBalance = Joules.Max(balance, taken * (-(LongestLag / (span.To - span.From)))) };
        }

        var rest = ledger.Devices.GetValueOrDefault(Ledger.Rest.Id) ?? ledger.NewDevice(Ledger.Rest);
        var claims = ActiveSince(before, ledger.Devices);
        return ledger with
        {
            RestBalance = Joules.Zero,
            Devices = ledger.Devices.SetItem(
                Ledger.Rest.Id,
                rest.AddBooked(span, claims)),
        };
    }

    private static List<Claim> ActiveSince(
        ImmutableDictionary<string, DeviceLedger> before,
        ImmutableDictionary<string, DeviceLedger> after)
    {
        var claims = new List<Claim>();
        foreach (var device in after.Values)
        {
            var earlier = before[device.Device.Id].Accounts;
            claims.AddRange(device.Accounts
                .Where(pair => pair.Key.Category is not (Category.Idle or Category.LoadedIdle))
                .Select(pair => new Claim(pair.Key, (pair.Value - earlier.GetValueOrDefault(pair.Key)).Value))
                .Where(claim => claim.Weight > 0));
        }

        return claims;
    }
}
