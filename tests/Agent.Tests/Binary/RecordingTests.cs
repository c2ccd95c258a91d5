using Agent.Core.Attribution;
using Agent.Recording;
using Agent.Tests.Recording;

namespace Agent.Tests.Binary;

[Collection(nameof(InRealTime))]
public sealed class RecordingTests
{
    [Fact]
    public async Task What_was_scraped_is_in_the_recording_and_its_replay_goes_on_to_the_end()
    {
        var stop = TestContext.Current.CancellationToken;
        var address = PublishedBinary.FreeAddress();
        using var recorded = new Recorded("demo.gz");
        using var demo = PublishedBinary.Start(["demo", "--for", "15s", "--listen", address, "--record", recorded.File]);
        var early = await demo.ScrapeAsync(address, scrape => scrape.Sum("joulet_host_energy_joules_total") > 100, stop);
        var late = await demo.ScrapeAsync(address, scrape => scrape.Sum("joulet_model_tokens_total", "generated") > 20, stop);
        await demo.ExitAsync(stop);

        // Each scrape shows a ledger that the recording comes by, event by event: there the counters are the same, all of them.
        var states = await StatesAsync(recorded.File);
        var (first, second) = (Array.FindIndex(states, early.HasCountersOf), Array.FindIndex(states, late.HasCountersOf));
        Assert.True(first >= 0, early.Text);
        Assert.True(second > first, late.Text);

        // The demo goes on after the last scrape: the replay's end is the last state.
        using var replay = PublishedBinary.Start(["replay", recorded.File, "--metrics"]);
        Assert.Equal(0, await replay.ExitAsync(stop));
        var end = new Scrape(replay.Output);
        Assert.True(end.HasCountersOf(states[^1]), replay.Output);
        Assert.True(end.Sum("joulet_model_tokens_total", "generated") > late.Sum("joulet_model_tokens_total", "generated"));
        Assert.InRange(end.Sum("joulet_ledger_imbalance_joules"), 0, 1e-6);
    }

    [Fact]
    public async Task A_recording_that_is_there_is_left_as_it_is()
    {
        var stop = TestContext.Current.CancellationToken;
        using var recorded = await new Recorded().WriteAsync(Recorded.Ticks(1));
        var before = await File.ReadAllTextAsync(recorded.File, stop);
        foreach (var command in new string[][] { ["run"], ["demo"], [] })
        {
            using var binary = PublishedBinary.Start([.. command, "--record", recorded.File]);
            Assert.Equal(2, await binary.ExitAsync(stop));
            Assert.Equal($"joulet: --record: {recorded.File}: is there already, and a recording overwrites nothing; remove it or give another name\n", binary.Output.TrimEnd('\n') + "\n");
        }

        Assert.Equal(before, await File.ReadAllTextAsync(recorded.File, stop));
    }

    [Fact]
    public async Task A_killed_agents_recording_is_replayed()
    {
        var stop = TestContext.Current.CancellationToken;
        var address = PublishedBinary.FreeAddress();
        using var recorded = new Recorded("killed.gz");
        Scrape last;
        using (var demo = PublishedBinary.Start(["demo", "--listen", address, "--record", recorded.File]))
        {
            last = await demo.ScrapeAsync(address, scrape => scrape.Sum("joulet_host_energy_joules_total") > 500, stop);
        } // which kills it

        using var replay = PublishedBinary.Start(["replay", recorded.File, "--metrics"]);
        Assert.Equal(0, await replay.ExitAsync(stop));
        Assert.True(new Scrape(replay.Output).Sum("joulet_host_energy_joules_total") > last.Sum("joulet_host_energy_joules_total") - 2000);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("replay", "x")]
    public async Task What_does_not_record_takes_no_recording(params string[] command)
    {
        using var recorded = new Recorded();
        using var binary = PublishedBinary.Start(["--record", recorded.File, .. command]);

        Assert.Equal(2, await binary.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"--record goes with run and demo, not with {command[0]}.", binary.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(recorded.File));
    }

    /// <summary>The ledger after each event, as metrics.</summary>
    private static async Task<Scrape[]> StatesAsync(string file)
    {
        var states = new List<Scrape>();
        using var reader = new RecordingReader(File.OpenRead(file), file);
        var ledger = reader.Begin()!.Start.ToLedger();
        while (reader.Next() is { } entry)
        {
            ledger = ledger.Apply(entry);
            states.Add(new Scrape(await MetricsText.OfAsync(ledger)));
        }

        Assert.Null(reader.Problem);
        Assert.NotEqual(Ledger.Empty, ledger);
        return [.. states];
    }
}
