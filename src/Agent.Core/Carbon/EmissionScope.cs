namespace Agent.Core.Carbon;

/// <summary>Which emissions a figure of carbon intensity holds.</summary>
public enum EmissionScope
{
    /// <summary>From the fuel's extraction to the plant's end.</summary>
    Lifecycle,

    /// <summary>Of burning the fuel alone: reads lower.</summary>
    Direct,
}
