using System.Collections.Immutable;
using System.Threading.Channels;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>The runners there are, told by the one who polls them to those who name their models.</summary>
internal sealed class RunnerRoster
{
    private ImmutableArray<Runner> _runners = [];
    private ImmutableArray<Channel<bool>> _changes = [];

    public ImmutableArray<Runner> Runners => ImmutableInterlocked.InterlockedCompareExchange(ref _runners, default, default);

    /// <summary>A runner came, went, or finished loading.</summary>
    public void Set(ImmutableArray<Runner> runners)
    {
        ImmutableInterlocked.InterlockedExchange(ref _runners, runners);
        foreach (var changes in ImmutableInterlocked.InterlockedCompareExchange(ref _changes, default, default))
        {
            changes.Writer.TryWrite(true);
        }
    }

    /// <summary>One item from then on whenever <see cref="Set"/> was called since the last was taken.</summary>
    public ChannelReader<bool> Watch()
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        ImmutableInterlocked.Update(ref _changes, all => all.Add(changes));
        return changes.Reader;
    }
}
