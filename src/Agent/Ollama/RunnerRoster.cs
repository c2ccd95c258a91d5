using System.Collections.Immutable;
using System.Threading.Channels;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>The runners there are, told by the one who polls them to the one who names their models.</summary>
internal sealed class RunnerRoster
{
    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private ImmutableArray<Runner> _runners = [];

    public ImmutableArray<Runner> Runners => ImmutableInterlocked.InterlockedCompareExchange(ref _runners, default, default);

    /// <summary>A runner came, went, or finished loading.</summary>
    public void Set(ImmutableArray<Runner> runners)
    {
        ImmutableInterlocked.InterlockedExchange(ref _runners, runners);
        _changes.Writer.TryWrite(true);
    }

    /// <summary>Completes when <see cref="Set"/> was called since this last completed.</summary>
    public async Task ChangedAsync(CancellationToken stop) => await _changes.Reader.ReadAsync(stop);
}
