using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;

namespace Agent.Core.Tests.Attribution;

/// <summary>Which model is which: names, Ollamas, and what a model does.</summary>
public sealed class ModelNamesTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");
    private static readonly ModelDetails Plain = new("llama", "8B", "Q4_0");

    [Fact]
    public void Two_Ollamas_with_a_model_of_one_name_and_blob_are_kept_apart()
    {
        var host = new Host();
        host.Pass(1, new() { [Gpu0] = 20 });
        var (one, other) = (Run(host, 10, "one"), Run(host, 11, "other"));
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-m", "m:latest", Plain, "one"));
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-m", "m:latest", Plain with { Quantization = "Q8_0" }, "other"));
        host.Apply(new LedgerEvent.GpuProcessesRead(host.At(0.001), "GPU-0", [new GpuProcess(10, 1), new GpuProcess(11, 1)]));
        var start = host.Now + 10;
        void Work(Host h)
        {
            var (first, second) = (Math.Clamp(h.Now - start, 0, 2), Math.Clamp(h.Now - start - 2, 0, 2));
            Answer(h, (one, (long)Math.Round(30 * first), first), (other, (long)Math.Round(45 * second), second));
        }

        host.Pass(10, new() { [Gpu0] = 20 }, runners: Work);
        host.Pass(2, new() { [Gpu0] = 120 }, runners: Work);
        host.Pass(2, new() { [Gpu0] = 220 }, runners: Work);
        host.Pass(2, new() { [Gpu0] = 20 }, runners: Work);

        var (a, b) = (ModelKey.OfName("m:latest", "one"), ModelKey.OfName("m:latest", "other"));
        Assert.Equal([60, 90], new[] { a, b }.Select(model => host.Ledger.Models[model].Tokens.Generated));
        Assert.Equal(["Q4_0", "Q8_0"], new[] { a, b }.Select(model => host.Ledger.Models[model].Details!.Quantization));
        Assert.Equal(200, Generation(host, a), 1.0);
        Assert.Equal(400, Generation(host, b), 1.0);
        Assert.DoesNotContain(host.Ledger.Models.Keys, model => model.Ollama.Length == 0);
    }

    [Fact]
    public void A_name_that_is_given_to_another_blob_goes_on_counting_and_tells_what_it_is_now()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-a", "m:latest", Plain));
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-b", "m:latest", Plain with { Quantization = "Q8_0" }));

        Assert.Equal("Q8_0", Assert.Single(host.Ledger.Models).Value.Details!.Quantization);
    }

    [Fact]
    public void What_is_booked_together_is_no_one_model()
    {
        var host = new Host();
        for (var i = 0; i <= Ledger.MostModels; i++)
        {
            host.Apply(new LedgerEvent.ModelNamed(host.At(), $"sha256-{i}", $"m{i}:latest", Plain, i % 2 == 0 ? "one" : "other"));
        }

        Assert.Null(host.Ledger.Models[ModelKey.Overflow].Details);
        Assert.NotNull(host.Ledger.Models[ModelKey.OfName("m1:latest", "other")].Details);
    }

    [Fact]
    public void A_runner_of_a_model_that_only_embeds_embeds_however_it_was_started()
    {
        var host = new Host();
        var before = Run(host, 10, "");
        host.Serving(before, new RunnerCounters(0, 0, 0, 0, 0));
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-m", "m:latest", Plain with { Embedding = true }));
        var after = Run(host, 11, "");
        host.Pass(1, [], runners: h => Answer(h, (before, 0, 0), (after, 0, 0)));
        host.Pass(0.2, [], runners: h =>
        {
            h.Serving(before, new RunnerCounters(13, 0, 0.1, 0, 0));
            h.Serving(after, new RunnerCounters(13, 0, 0.1, 0, 0));
        });

        var totals = host.Ledger.Models[ModelKey.OfName("m:latest")];
        Assert.Equal(0.2, totals.Slots.Embedding, 6);
        Assert.Equal(0, totals.Slots.Prompt);
        Assert.Equal(26, totals.Tokens.Prompt);
    }

    [Theory]
    [InlineData("Llama:8B", "one", true)]
    [InlineData("Copy:latest", "one", true)]
    [InlineData("llama:8b", "other", false)]
    [InlineData("other:8b", "one", false)]
    public void A_model_is_found_however_its_name_is_written_in_its_own_Ollama(string asked, string ollama, bool found)
    {
        var host = new Host();
        Run(host, 10, "one");
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-m", "llama:8b", Plain, "one"));
        host.Apply(new LedgerEvent.ModelAliased(host.At(), "copy:latest", "sha256-m", "one"));

        Assert.Equal(found, host.Ledger.IsRead(asked, ollama));
    }

    private static RunnerId Run(Host host, int pid, string ollama)
    {
        var id = new RunnerId(pid, pid);
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Ollama = ollama, Blob = "sha256-m" }, host.At()));
        return id;
    }

    private static void Answer(Host host, params (RunnerId Id, long Generated, double Seconds)[] runners)
    {
        foreach (var (id, generated, seconds) in runners)
        {
            host.Serving(id, new RunnerCounters(0, 0, 0, generated, seconds));
        }
    }

    private static double Generation(Host host, ModelKey model) =>
        host.Ledger.Devices["GPU-0"].Accounts.GetValueOrDefault(new Account(Category.Generation, model)).Value;
}
