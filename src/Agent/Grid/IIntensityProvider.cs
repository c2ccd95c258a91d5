using Agent.Core.Carbon;

namespace Agent.Grid;

/// <summary>Somebody who tells the grid's carbon intensity.</summary>
internal interface IIntensityProvider
{
    /// <summary>As the configuration and the metrics call it.</summary>
    string Name { get; }

    /// <summary>Of which grid.</summary>
    string Zone { get; }

    /// <summary>What its figures hold; null where that is not known.</summary>
    EmissionScope? Scope { get; }

    /// <summary>It is not to be asked more often.</summary>
    TimeSpan ShortestInterval { get; }

    /// <summary>Asks it. Does not throw for what can go wrong.</summary>
    Task<GridAnswer> AskAsync(GridValidators known, DateTimeOffset now, CancellationToken cancel);
}
