using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

/// <summary>A meter of the whole machine that is read every few seconds, beside devices that are read five times a second.</summary>
public sealed class SlowMeterTests
{
    private const double Period = 5;

    private static readonly Device Cpu0 = Host.Package(0);
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");
    private static readonly Device Wall = new(DeviceKind.Wall, "wall", "wall");
    private static readonly Device Battery = new(DeviceKind.Battery, "BAT0", "power_supply:BAT0");

    private readonly List<double> _before = [];
    private double _wall;
    private double _read;
    private double _lag;

    [Fact]
    public void Its_joules_are_shared_by_all_the_work_since_its_last_reading_not_by_that_of_the_last_tick()
    {
        var (host, id) = Quiet(seconds: 300);

        // Work in the first two of every five seconds: none in the tick in which the meter is read.
        for (var i = 0; i < 20; i++)
        {
            Pass(host, 2, gpu: 200, rest: 90, h => Generate(h, id));
            Pass(host, 3, gpu: 20, rest: 50, h => h.Serving(id, h.Counters));
        }

        Assert.Equal(40 * 2 * 20, host.Booked(Category.Generation, "a", Ledger.Rest), 200.0);
        Assert.Equal(50, host.Ledger.Devices[Ledger.Rest.Id].Baseline.Idle!.Value.Level.Value, 1.0);
    }

    [Fact]
    public void It_outlives_a_restart_between_two_of_its_readings()
    {
        var (host, id) = Quiet(seconds: 300);
        Pass(host, 2, gpu: 200, rest: 90, h => Generate(h, id));
        host.Down(0, []);
        Pass(host, 3, gpu: 20, rest: 50, _ => { });
        Pass(host, 5, gpu: 20, rest: 50, _ => { });

        Assert.Equal(40 * 2, host.Booked(Category.Generation, "a", Ledger.Rest), 20.0);
        Assert.Equal(_wall, Booked(host), 500.0);
    }

    [Fact]
    public void What_it_shows_late_is_waited_for_and_not_booked_a_second_time()
    {
        _lag = 4;
        var (host, id) = Quiet(seconds: 60);
        for (var i = 0; i < 30; i++)
        {
            Pass(host, 7, gpu: 300, rest: 20, h => Generate(h, id));
            Pass(host, 13, gpu: 20, rest: 20, h => h.Serving(id, h.Counters));
        }

        Assert.InRange(Booked(host) - _wall, -1000, 500); // it lags, and was read some seconds ago
    }

    [Fact]
    public void Where_it_is_the_only_meter_processor_time_tells_who_used_it()
    {
        var host = new Host();
        for (var i = 0; i < 60; i++)
        {
            host.Pass(Period, [], cpu: new() { [0] = 0.05 });
            Told(host, 40 * Period);
        }

        var id = host.Start(7, "a");
        for (var i = 0; i < 12; i++)
        {
            host.Pass(Period, [], cpu: new() { [7] = 8, [0] = 0.05 }, runners: h => Generate(h, id));
            Told(host, 100 * Period);
        }

        host.Pass(Host.Tick, []);
        Assert.Equal(60 * Period * 12, host.Booked(Category.Generation, "a", Ledger.Rest), 60 * Period);
        Assert.Equal(_wall, Booked(host), 100 * Period * 1.1);
    }

    [Fact]
    public void A_battery_that_takes_over_starts_without_a_debt_and_an_estimate_comes_back_when_it_is_charged()
    {
        var rest = new Device(DeviceKind.EstimatedRest, "rest-estimated", "estimate:rest");
        var host = new Host();
        Supply(host, mains: true);
        host.Pass(60, new() { [Cpu0] = 30, [rest] = 7 });
        Assert.Equal(7 * 60, Of(host, rest), 10.0);

        Supply(host, mains: true);
        var before = Booked(host);
        for (var i = 0; i < 12; i++)
        {
            Supply(host, mains: false);
            host.Pass(Period, new() { [Cpu0] = 30, [rest] = 7 });
        }

        Supply(host, mains: false);
        host.Pass(Host.Tick, new() { [Cpu0] = 30, [rest] = 7 });
        Assert.Equal(50 * 60, Booked(host) - before, 30.0);

        before = Of(host, rest);
        Supply(host, mains: true);
        host.Pass(60, new() { [Cpu0] = 30, [rest] = 7 });
        Assert.Equal(7 * 60, Of(host, rest) - before, 10.0);
    }

    private static void Supply(Host host, bool mains) => host.Apply(new LedgerEvent.DeviceRead(
        host.At(), Battery, mains ? new Reading.Paused() : new Reading.Power(new Watts(50), TimeSpan.Zero)));

    private static double Of(Host host, Device device) => host.Ledger.Devices[device.Id].Measured.Value;

    private static void Generate(Host host, RunnerId id)
    {
        host.Counters = host.Counters with { GeneratedTokens = host.Counters.GeneratedTokens + 10, GenerationSeconds = host.Counters.GenerationSeconds + Host.Tick };
        host.Serving(id, new RunnerCounters(0, 0, 0, 0, 0), new RunnerSlot(true, 1, host.Counters.GeneratedTokens));
    }

    private static double Booked(Host host) => host.Ledger.Devices.Values
        .Where(device => device.Device.Component is not null)
        .Sum(device => device.Measured.Value);

    private (Host Host, RunnerId Id) Quiet(double seconds)
    {
        var host = new Host();
        Pass(host, Period, gpu: 20, rest: 50, _ => { });
        var id = host.Start(7, "a", "GPU-0");
        Pass(host, seconds, gpu: 20, rest: 50, h => h.Serving(id, h.Counters));
        return (host, id);
    }

    /// <summary>The other devices are read every tick, the meter of the whole machine every five seconds.</summary>
    private void Pass(Host host, double seconds, double gpu, double rest, Action<Host> runners)
    {
        for (var ticks = (int)Math.Round(seconds / Host.Tick); ticks > 0; ticks--)
        {
            _before.Add(_wall);
            _wall += (gpu + 30 + rest) * Host.Tick;
            if (host.Now + Host.Tick - _read >= Period - 1e-6)
            {
                _read = host.Now + Host.Tick;
                Read(host, Host.Tick);
            }

            host.Pass(Host.Tick, new() { [Cpu0] = 30, [Gpu0] = gpu }, cpu: new() { [0] = 0.05 }, runners: runners);
        }
    }

    private void Told(Host host, double joules)
    {
        _wall += joules;
        Read(host, 0);
    }

    private void Read(Host host, double later) => host.Apply(new LedgerEvent.DeviceRead(
        host.At(later), Wall, new Reading.Counter(new Joules(_lag > 0 ? _before[Math.Max(0, _before.Count - (int)(_lag / Host.Tick))] : _wall)) { MostPower = new Watts(5000) }));
}
