namespace Agent.Tests.Export.Otlp;

/// <summary>One value that a collector was sent.</summary>
internal sealed record OtlpPoint(string Name, string Unit, string Kind, bool Cumulative, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Of a histogram its sum.</summary>
    public double Value { get; init; }

    /// <summary>Of a histogram.</summary>
    public long Count { get; init; }
}
