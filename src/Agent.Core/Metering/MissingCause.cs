namespace Agent.Core.Metering;

/// <summary>Why a device could not be read; the metrics' <c>reason</c> and <c>cause</c> labels.</summary>
public enum MissingCause
{
    /// <summary>The agent may not read it.</summary>
    Permission,

    /// <summary>It answered with an error, or with something that is no number.</summary>
    Error,

    /// <summary>It was there and is not any more.</summary>
    Gone,

    /// <summary>It fell off its bus or needs a reset.</summary>
    Lost,

    /// <summary>Its driver did not answer in time.</summary>
    Unresponsive,

    /// <summary>It does not know this quantity.</summary>
    Unsupported,
}
