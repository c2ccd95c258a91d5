using System.Collections.Immutable;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.History;
using Agent.Tests.Ollama;

namespace Agent.Tests.History;

/// <summary>A state folder of one test, and agents that use it one after the other.</summary>
internal sealed class StateDisk : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("joulet-state-");

    public StateDisk() => File.SetUnixFileMode(_root.FullName, (UnixFileMode)0b111_101_101); // as /var/lib: anybody may look in

    public static IReadOnlySet<string> Parts { get; } = ImmutableHashSet.Create("a", "b");

    /// <summary>Not made yet.</summary>
    public string Folder => Path.Combine(_root.FullName, "state");

    public string File0 => Path.Combine(Folder, "joulet.db");

    public LogMemory<StateStore> Log { get; } = new();

    public static StateStamp Stamp(string run = "r") =>
        new() { Run = run, Boot = null, Written = DateTimeOffset.UnixEpoch, SinceBoot = TimeSpan.Zero, Origin = TimeSpan.Zero };

    /// <summary>A ledger that counted this far, in words that can be told apart.</summary>
    public static Ledger Ledger(string place) => Core.Attribution.Ledger.Empty.Apply(new LedgerEvent.LogRead(default, place));

    public static string? PlaceOf(Ledger ledger) => ledger.LogPlaces.GetValueOrDefault("")?.Place;

    public StateStore Store() => new(
        new PathsConfig { State = Folder, Procfs = "/proc" }, TimeProvider.System, Log);

    /// <summary>An agent that keeps one thing and ends.</summary>
    public void Keep(string place)
    {
        using var store = Store();
        Assert.Null(store.Commit(Ledger(place), default));
    }

    /// <summary>What the next agent would start from.</summary>
    public (string? Place, StateFault? Fault) Kept()
    {
        using var store = Store();
        return (PlaceOf(store.Restore(Core.Attribution.Ledger.Empty)), store.Fault);
    }

    public StateFile Open()
    {
        Directory.CreateDirectory(Folder);
        return Assert.IsType<StateOpening.Opened>(StateFile.Open(File0)).File;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
