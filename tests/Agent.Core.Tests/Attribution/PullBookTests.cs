using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Core.Tests.Attribution;

public sealed class PullBookTests
{
    [Fact]
    public void What_ollamas_server_uses_while_a_model_is_downloaded_is_the_downloads()
    {
        var package = Host.Package(0);
        var host = new Host();
        host.Pass(30, new() { [package] = 40 }, cpu: new() { [0] = 0.1 });
        var started = host.At();
        for (var i = 0; i < 10; i++)
        {
            host.Apply(new LedgerEvent.PullProgressed(host.At(), new RequestId(1), 1_000_000));
            host.Pass(1, new() { [package] = 60 }, cpu: new() { [-1] = 2 });
        }

        host.Apply(new LedgerEvent.PullEnded(host.At(), new RequestId(1), RequestOutcome.Ok, started));
        host.Pass(5, new() { [package] = 60 }, cpu: new() { [-1] = 2 });

        Assert.Equal(10 * 20, host.Booked(Category.Pull), 5.0);
        Assert.Equal(5 * 20, host.Booked(Category.Unmetered), 5.0);
        Assert.Equal(10_000_000, host.Ledger.Pulls.Bytes);
        Assert.Equal(10, host.Ledger.Pulls.Seconds, 6);
        Assert.Equal(1, host.Ledger.Pulls.Counts[RequestOutcome.Ok]);
        Assert.Equal(0, host.Ledger.Imbalance.Value, 6);
    }

    [Fact]
    public void A_verification_that_tells_nothing_for_long_is_the_downloads_too()
    {
        var package = Host.Package(0);
        var host = new Host();
        host.Pass(30, new() { [package] = 10 }, cpu: new() { [0] = 0.1 });
        var started = host.At();
        host.Apply(new LedgerEvent.PullProgressed(started, new RequestId(1), 0));
        host.Pass(1200, new() { [package] = 60 }, cpu: new() { [-1] = 4 });
        host.Apply(new LedgerEvent.PullEnded(host.At(), new RequestId(1), RequestOutcome.Ok, started));
        host.Pass(20, new() { [package] = 10 });

        Assert.Equal(1200 * 50, host.Booked(Category.Pull), 100.0);
    }
}
