namespace Agent.Tariffs;

/// <summary>What a kilowatt hour costs when: from the configuration, a file, or a supplier that tells it day by day.</summary>
internal interface IPriceSource
{
    /// <summary>The price per kWh at a time; null where none is known.</summary>
    double? At(DateTimeOffset time);

    /// <summary>Whether it can be used, and what to do.</summary>
    Finding Check(DateTimeOffset now);
}
