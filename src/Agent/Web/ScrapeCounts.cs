namespace Agent.Web;

/// <summary>Scrapes that were not answered, by why.</summary>
internal sealed class ScrapeCounts
{
    private long _busy;
    private long _late;

    public IReadOnlyDictionary<string, long> Refused => new Dictionary<string, long>
    {
        ["busy"] = Interlocked.Read(ref _busy),
        ["timeout"] = Interlocked.Read(ref _late),
    };

    public void Busy() => Interlocked.Increment(ref _busy);

    public void Late() => Interlocked.Increment(ref _late);
}
