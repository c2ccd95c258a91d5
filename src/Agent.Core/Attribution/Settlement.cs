using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Books what was measured, as far as it is known what for.</summary>
internal static class Settlement
{
    /// <summary>Books every span that ended by then, of every device that another does not contain.</summary>
    public static Ledger Settle(Ledger ledger, Moment settled)
    {
        var known = KnownUntil(ledger, settled);
        var before = ledger.Devices;
        var devices = before;
        var wholes = new List<(string Id, EnergySpan Span)>();
        foreach (var device in before.Values)
        {
            var state = device;
            while (state.Take(known) is var (next, span))
            {
                var unbooked = state;
                if (device.Device.Component is null)
                {
                    state = next;
                    wholes.Add((device.Device.Id, span));
                    continue;
                }

                (state, var quiet) = Booked(ledger, next, span);
                var booked = state.BookedSince(unbooked);
                ledger = Accrual.Book(RequestEnergy.Share(ledger, booked, span.From, span.To), device.Device.Component.Value, booked, span.From, span.To);
                ledger = ledger with { RestBook = ledger.RestBook.Add(span.Energy, booked, quiet) };
            }

            devices = devices.SetItem(device.Device.Id, state);
        }

        return SettleRest(ledger with { Devices = devices }, WholeMachine.Of(before), wholes, known);
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

    private static (DeviceLedger Next, bool Quiet) Booked(Ledger ledger, DeviceLedger device, EnergySpan span)
    {
        if (device.Device.Kind == DeviceKind.EstimatedRest)
        {
            return (device.Book(span, [], [], quiet: false), Quiet: true); // a fixed power is drawn whatever is done, and tells nothing
        }

        if (device.Device.Kind != DeviceKind.Gpu)
        {
            var calm = CpuClaims.IsQuiet(ledger, span.From, span.To);
            var cores = ledger.Cpu.Between(span.From, span.To)?.Busy ?? 0;
            return (device.Book(span, [], CpuClaims.Of(ledger, span.From, span.To), calm, cores), calm);
        }

        var residents = Occupancy.Residents(ledger, device.Device, span.From, span.To);

        // The counter may lag: what it shows at the end of a span may have been drawn a step before its start.
        var claims = GpuClaims.Of(ledger, device.Device, span.From - span.Lag, span.To);
        var quiet = claims.Count == 0 && !ledger.Requests.IsCrowded(span.From);
        return (device.Book(span, residents, device.Solo.Weigh(claims), quiet), quiet);
    }

    /// <summary>What meters of the whole machine saw beyond the others is shared as theirs was.</summary>
    private static Ledger SettleRest(
        Ledger ledger, IReadOnlyList<DeviceLedger> meters, List<(string Id, EnergySpan Span)> wholes, Moment known)
    {
        var book = Unmeasured(ledger, known).BookedUntil(known, meters);
        var told = wholes.Where(whole => meters.Any(meter => meter.Device.Id == whole.Id)).Select(whole => whole.Span).ToArray();
        if (told.Length == 0)
        {
            return ledger with { RestBook = book };
        }

        var (next, beyond) = book.Told(told);
        ledger = ledger with { RestBook = next };
        if (beyond is not { } span)
        {
            return ledger;
        }

        var rest = ledger.Devices.GetValueOrDefault(Ledger.Rest.Id) ?? ledger.NewDevice(Ledger.Rest);
        Claim[] work = book.Stirred ? [.. book.Work.Where(pair => pair.Value > Joules.Zero).Select(pair => new Claim(pair.Key, pair.Value.Value))] : [];
        var after = rest.AddBooked(span, work, quiet: !book.Stirred);
        return Accrual.Book(
            ledger with { Devices = ledger.Devices.SetItem(Ledger.Rest.Id, after) }, Component.Other, after.BookedSince(rest), span.From, span.To);
    }

    /// <summary>Where nothing but the whole machine is measured, processor time tells who used it.</summary>
    private static RestBook Unmeasured(Ledger ledger, Moment known)
    {
        var (book, from) = (ledger.RestBook, ledger.RestBook.Until);
        return known <= from || book.Meters is null
            || ledger.Devices.Values.Any(device => device.Device.Component is not (null or Component.Other) && device.WasMeasured)
            ? book
            : book.Add(Joules.Zero, CpuClaims.Of(ledger, from, known), CpuClaims.IsQuiet(ledger, from, known));
    }
}
