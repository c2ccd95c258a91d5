using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;

namespace Agent.Core.Tests.Attribution;

public sealed class LoadBookTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");
    private static readonly RunnerCounters Nothing = new(0, 0, 0, 0, 0);

    private static Dictionary<Device, double> Idle => new() { [Gpu0] = 20 };

    [Fact]
    public void A_load_is_told_by_what_caused_it_with_its_joules()
    {
        var host = new Host();
        host.Pass(30, Idle);
        Load(host, pid: 10, watts: 60, seconds: 3, used: true);
        Load(host, pid: 11, watts: 70, seconds: 2, used: true);
        Load(host, pid: 12, watts: 80, seconds: 1, used: false);

        var totals = host.Ledger.Loads.Totals;
        var a = ModelKey.OfName("a");
        // It is seen to serve at the next look: until then it loads.
        Assert.Equal((1, 3.2), (totals[(a, LoadCause.FirstUse)].Count, Math.Round(totals[(a, LoadCause.FirstUse)].Seconds, 6)));
        Assert.Equal(3 * 40, totals[(a, LoadCause.FirstUse)].Energy.Value, 12.0);
        Assert.Equal(2 * 50, totals[(a, LoadCause.AfterEviction)].Energy.Value, 12.0);
        Assert.Equal(1 * 60, totals[(a, LoadCause.Preload)].Energy.Value, 12.0);
        Assert.Equal(host.Booked(Category.Load, "a"), totals.Values.Sum(load => load.Energy.Value), 9);
    }

    [Fact]
    public void A_runner_that_ends_while_it_loads_has_failed()
    {
        var host = new Host();
        host.Pass(30, Idle);
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(2, new() { [Gpu0] = 60 }, runners: h => h.Loading(id));
        host.Apply(new LedgerEvent.RunnerGone(host.At(), id));
        host.Pass(5, Idle);

        Assert.Equal([(ModelKey.OfName("a"), LoadCause.Failed)], host.Ledger.Loads.Totals.Keys);
    }

    private static void Load(Host host, int pid, double watts, double seconds, bool used)
    {
        var id = host.Start(pid, "a", "GPU-0");
        host.Pass(seconds, new() { [Gpu0] = watts }, runners: h => h.Loading(id));
        host.Pass(0.2, Idle, runners: h => h.Serving(id, Nothing));
        host.Pass(1, Idle, runners: h => h.Serving(id, Nothing, used ? new RunnerSlot(true, 0, 5) : default));
        host.Pass(5, Idle, runners: h => h.Serving(id, Nothing));
        host.Apply(new LedgerEvent.RunnerGone(host.At(), id));
        host.Pass(20, Idle);
    }
}
