using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

public sealed class RequestEnergyTests
{
    private static readonly Device Gpu = Host.Gpu("GPU-0");
    private static readonly ModelKey Model = ModelKey.OfName("a");

    [Fact]
    public void Two_requests_at_once_share_what_their_model_drew_by_their_time()
    {
        var (host, id) = Warm();
        Begin(host, 1);
        Begin(host, 2);
        Work(host, id, seconds: 4, slots: 2);
        End(host, 2);
        Work(host, id, seconds: 4, slots: 1);
        End(host, 1);
        Rest(host, id);

        // 170 J a second: half of four seconds is one's, half and four more are the other's.
        var histogram = host.Ledger.Requests.Totals[Model].Energy;
        Assert.Equal(2, histogram.Buckets.Sum(bucket => bucket.Count));
        Assert.Equal(8 * 170, histogram.Buckets.Sum(bucket => bucket.Sum), 60.0);
        Assert.Equal(2 * 170, histogram.Buckets.Single(bucket => bucket.Count > 0 && bucket.Sum < 500).Sum, 60.0);
    }

    [Fact]
    public void A_slot_whose_request_did_not_pass_the_proxy_keeps_its_joules()
    {
        var (host, id) = Warm();
        Begin(host, 1);
        Work(host, id, seconds: 4, slots: 2);
        End(host, 1);
        Rest(host, id);

        Assert.Equal(2 * 170, host.Ledger.Requests.Totals[Model].Energy.Buckets.Sum(bucket => bucket.Sum), 60.0);
    }

    private static (Host Host, RunnerId Id) Warm()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(40, Watts(20));
        var id = host.Start(10, "a", Gpu.Id);
        Rest(host, id);
        return (host, id);
    }

    private static void Rest(Host host, RunnerId id) =>
        host.Pass(40, Watts(30), runners: now => now.Serving(id, now.Counters));

    private static void Work(Host host, RunnerId id, double seconds, int slots)
    {
        var decoded = 0L;
        host.Pass(seconds, Watts(200), runners: now =>
        {
            decoded += 10;
            now.Serving(id, now.Counters, [.. Enumerable.Range(0, slots).Select(slot => new RunnerSlot(true, 100 + slot, decoded))]);
        });
        host.Counters = host.Counters with
        {
            GeneratedTokens = host.Counters.GeneratedTokens + (slots * decoded),
            GenerationSeconds = host.Counters.GenerationSeconds + (slots * seconds),
        };
    }

    private static void Begin(Host host, long request)
    {
        host.Apply(new LedgerEvent.RequestStarted(host.At(), Request(request)));
        host.Apply(new LedgerEvent.RequestProgressed(host.At(), new RequestId(request), 1));
    }

    private static void End(Host host, long request) => host.Apply(new LedgerEvent.RequestEnded(
        host.At(),
        Request(request),
        new RequestEnd(Began(host, request), Began(host, request), RequestOutcome.Ok, Served: true, Remote: false, new Usage { Quality = UsageQuality.Exact, Generated = 1 })));

    private static Moment Began(Host host, long request) => host.Ledger.Requests.Lately[new RequestId(request)].Started;

    private static Request Request(long id) => new(new RequestId(id), "", "a", InferenceApi.Ollama, Embedding: false);

    private static Dictionary<Device, double> Watts(double watts) => new() { [Gpu] = watts };
}
