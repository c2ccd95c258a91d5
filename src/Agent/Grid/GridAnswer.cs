using System.Collections.Immutable;

namespace Agent.Grid;

/// <summary>What a provider answered.</summary>
internal abstract record GridAnswer
{
    private GridAnswer()
    {
    }

    /// <summary>Values in order of time.</summary>
    public sealed record Told(ImmutableArray<GridValue> Values, GridValidators Validators) : GridAnswer;

    /// <summary>What was told before still holds.</summary>
    public sealed record NotModified : GridAnswer;

    /// <summary>Nothing.</summary>
    /// <param name="Reason">A sentence for the operator; no key in it.</param>
    /// <param name="RetryAfter">When the provider wants to be asked again; null where it did not say.</param>
    public sealed record Failed(GridFailure Cause, string Reason, TimeSpan? RetryAfter = null) : GridAnswer;
}
