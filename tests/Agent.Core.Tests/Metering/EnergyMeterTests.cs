using Agent.Core.Metering;
using Agent.Core.Units;
using CsCheck;

namespace Agent.Core.Tests.Metering;

public sealed class EnergyMeterTests
{
    private static readonly Joules Range = new(262143.32885);

    [Fact]
    public void A_first_reading_is_a_start_and_no_energy()
    {
        var (_, span) = EnergyMeter.Start.Read(At(5), Counter(1000));

        Assert.Null(span);
    }

    [Fact]
    public void A_wrap_loses_nothing_and_is_counted()
    {
        var (meter, drawn) = Read((0, Counter(262100)), (1, Counter(20)));

        Assert.Equal(63.32885, drawn, 6);
        Assert.Equal((1, 0), (meter.Wraps, meter.Resets));
    }

    [Fact]
    public void A_fall_that_no_wrap_explains_is_a_reset_whose_seconds_are_counted()
    {
        var (meter, drawn) = Read((0, Counter(1000)), (2, Counter(5)), (3, Counter(65)));

        Assert.Equal(60, drawn, 9);
        Assert.Equal((0, 1), (meter.Wraps, meter.Resets));
        Assert.Equal(TimeSpan.FromSeconds(2), meter.Unobserved[GapCause.Reset]);
    }

    [Fact]
    public void A_counter_without_a_range_never_wraps()
    {
        var (meter, drawn) = Read((0, Counter(262100) with { Range = null }), (1, Counter(20) with { Range = null }));

        Assert.Equal(0, drawn);
        Assert.Equal((0, 1), (meter.Wraps, meter.Resets));
    }

    [Fact]
    public void A_zone_registered_anew_starts_anew_even_where_a_wrap_would_fit()
    {
        var (meter, drawn) = Read((0, Counter(262100)), (1, Counter(20) with { Epoch = 1 }));

        Assert.Equal(0, drawn);
        Assert.Equal(1, meter.Resets);
    }

    [Fact]
    public void While_there_is_nothing_to_tell_nothing_is_drawn_missed_or_made_up_later()
    {
        var (meter, drawn) = Read((0, Counter(100)), (1, Counter(110)), (2, new Reading.Paused()), (3, new Reading.Paused()), (60, Counter(900)), (61, Counter(905)));

        Assert.Equal(15, drawn, 9);
        Assert.Equal((0, 0), (meter.Unobserved.Count, meter.Resets));
        Assert.Null(meter.Failure);
        Assert.Equal(TimeSpan.FromSeconds(60 - 1), meter.Unknown);
    }

    [Fact]
    public void Time_between_two_pauses_in_which_it_told_is_not_unknown()
    {
        var (meter, _) = Read((0, new Reading.Paused()), (5, new Reading.Paused()), (6, Counter(100)), (60, Counter(110)), (61, new Reading.Paused()), (62, new Reading.Paused()));

        Assert.Equal(TimeSpan.FromSeconds(6 + 2), meter.Unknown);
    }

    [Fact]
    public void Power_is_taken_to_have_fallen_evenly_until_it_sleeps()
    {
        var (meter, drawn) = Read((0, Power(10)), (1, Power(10)), (3, new Reading.Asleep()), (60, new Reading.Asleep()));

        Assert.Equal(10 + (2 * 10 / 2.0), drawn, 9);
        Assert.Equal(Watts.Zero, meter.Power);
    }

    [Fact]
    public void What_a_device_could_not_draw_while_it_was_awake_it_did_not_draw_asleep()
    {
        var (meter, drawn) = Read((0, Counter(100)), (1, new Reading.Asleep()), (3600, new Reading.Asleep()), (3601, Counter(162_000)), (3602, Counter(162_100)));

        Assert.Equal(100, drawn, 9);
        Assert.Equal(1, meter.Resets);
    }

    [Fact]
    public void A_device_that_slept_and_was_not_read_for_long_afterwards_drew_what_its_counter_says()
    {
        var (meter, drawn) = Read(
            (0, Counter(100) with { Range = null }), (1, new Reading.Asleep()), (60, new Reading.Asleep()), (61, new Reading.Missing(MissingCause.Gone, "Released.")),
            (3600, Counter(1_000_000) with { Range = null }));

        Assert.Equal((999_900, 0), (drawn, meter.Resets));
    }

    [Fact]
    public void A_counter_that_may_have_come_round_unseen_is_not_believed_and_one_that_falls_is_a_reset()
    {
        static Reading.Counter Unseen(double joules) => Counter(joules) with { Range = null, UnseenRange = Range };

        Assert.Equal(GapCause.Silent, Assert.Single(Read((0, Unseen(100)), (3600, Unseen(2000))).Meter.Unobserved).Key);
        Assert.Equal(1, Read((0, Unseen(200_000)), (1, Unseen(5000))).Meter.Resets);
    }

    [Fact]
    public void A_jump_no_device_could_draw_is_no_energy()
    {
        var (meter, drawn) = Read((0, Counter(100)), (1, Counter(200_000)));

        Assert.Equal(0, drawn);
        Assert.Equal(1, meter.Resets);
    }

    [Fact]
    public void A_silence_in_which_the_counter_may_have_wrapped_twice_is_unobserved()
    {
        var (meter, drawn) = Read((0, Counter(100)), (600, Counter(200)));

        Assert.Equal(0, drawn);
        Assert.Equal(TimeSpan.FromSeconds(600), meter.Unobserved[GapCause.Silent]);
    }

    [Fact]
    public void Readings_that_fail_cost_nothing_while_the_counter_goes_on()
    {
        var missing = new Reading.Missing(MissingCause.Error, "EIO");
        var (meter, drawn) = Read((0, Counter(100)), (1, missing), (2, missing), (3, Counter(400)));

        Assert.Equal(300, drawn, 9);
        Assert.Equal(2, meter.Errors[MissingCause.Error]);
        Assert.Null(meter.Failure);
        Assert.Empty(meter.Unobserved);
    }

    [Fact]
    public void What_cannot_be_read_has_no_power_and_says_why()
    {
        var (meter, _) = Read((0, Counter(100)), (1, Counter(200)), (2, new Reading.Missing(MissingCause.Permission, "root only")));

        Assert.Null(meter.Power);
        Assert.Equal("root only", meter.Failure!.Reason);
    }

    [Fact]
    public void After_a_suspend_nothing_is_a_wrap_and_its_time_is_counted()
    {
        var (before, _) = Read((0, Counter(262100)));
        var (meter, span) = before.Suspended(At(1), TimeSpan.FromHours(1)).Read(At(1), Counter(20));

        Assert.Null(span);
        Assert.Equal(0, meter.Wraps);
        Assert.Equal(TimeSpan.FromSeconds(3601), meter.Unobserved[GapCause.Suspend]);
    }

    [Fact]
    public void Power_is_integrated_between_two_readings_and_not_over_a_silence()
    {
        var (meter, drawn) = Read((0, Power(100)), (1, Power(200)), (60, Power(200)), (61, Power(200)));

        Assert.Equal(150 + 200, drawn, 9);
        Assert.Equal(MeterMethod.Integrated, meter.Method);
        Assert.Equal(TimeSpan.FromSeconds(59), meter.Unobserved[GapCause.Silent]);
    }

    [Fact]
    public void A_sleeping_device_draws_nothing_and_leaves_no_gap()
    {
        var asleep = new Reading.Asleep();
        var (kept, drawn) = Read((0, Counter(100)), (1, asleep), (100, asleep), (101, Counter(130)));
        var (reset, afterReset) = Read((0, Counter(100)), (1, asleep), (100, asleep), (101, Counter(3)), (102, Counter(53)));

        Assert.Equal(30, drawn, 9);
        Assert.Empty(kept.Unobserved);
        Assert.Equal(50, afterReset, 9);
        Assert.Equal(TimeSpan.FromSeconds(1 + 1), reset.Unobserved[GapCause.Reset]);
    }

    [Fact]
    public void A_number_that_is_none_is_an_error()
    {
        var (meter, drawn) = Read((0, Counter(100)), (1, Counter(double.NaN)), (2, Counter(-5)), (3, Counter(160)));

        Assert.Equal(60, drawn, 9);
        Assert.Equal(2, meter.Errors[MissingCause.Error]);
    }

    [Fact]
    public void The_power_of_a_stepping_counter_is_told_over_a_second()
    {
        var steps = Enumerable.Range(0, 60).Select(i => (i * 0.2, (Reading)Counter(Math.Floor(i * 0.2 / 0.13) * 0.13 * 300)));
        var (meter, _) = Read([.. steps]);

        Assert.InRange(meter.Power!.Value.Value, 250, 350);
    }

    [Fact]
    public void The_parts_of_a_wrapping_counter_add_up_to_what_was_drawn() =>
        Gen.Select(Gen.Double[0, 1000], Gen.Double[0.05, 250]).Array[1, 200].Sample(steps =>
        {
            var (now, truth) = (0.0, 0.0);
            var meter = EnergyMeter.Start;
            (meter, _) = meter.Read(At(0), Counter(0));
            var (drawn, seen) = (0.0, 0.0);
            foreach (var (watts, seconds) in steps)
            {
                now = Math.Round(now + seconds, 6);
                truth += watts * seconds;
                (meter, var span) = meter.Read(At(now), Counter(truth % Range.Value));
                drawn += span!.Energy.Value;
                Assert.Equal(seen, span.From.SinceOrigin.TotalSeconds, 6);
                seen = span.To.SinceOrigin.TotalSeconds;
            }

            Assert.Equal(truth, drawn, 1e-9 * (truth + Range.Value));
        });

    private static Moment At(double seconds) => Moment.FromSeconds(seconds);

    private static Reading.Counter Counter(double joules) =>
        new(new Joules(joules)) { Range = Range, MostPower = new Watts(1001), Step = TimeSpan.FromMilliseconds(1) };

    private static Reading.Power Power(double watts) => new(new Watts(watts), TimeSpan.FromSeconds(1));

    private static (EnergyMeter Meter, double Drawn) Read(params (double At, Reading Reading)[] readings)
    {
        var meter = EnergyMeter.Start;
        var drawn = 0.0;
        foreach (var (at, reading) in readings)
        {
            (meter, var span) = meter.Read(At(at), reading);
            drawn += span?.Energy.Value ?? 0;
        }

        return (meter, drawn);
    }
}
