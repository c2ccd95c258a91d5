using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Export;

/// <summary>One value of a metric, with the values of its labels in the row's order.</summary>
internal readonly record struct Sample(double Value, params string[] Labels)
{
    /// <summary>A histogram's value.</summary>
    public Sample(Histogram buckets, params string[] labels)
        : this(0, labels) => Buckets = buckets;

    /// <summary>A histogram's buckets; null for any other metric.</summary>
    public Histogram? Buckets { get; }

    /// <summary>A model's value: its name is the first label, its Ollama the last.</summary>
    public static Sample Of(ModelKey model, double value, params ReadOnlySpan<string> labels) => new(value, [model.Value, .. labels, model.Ollama]);

    /// <summary>A model's histogram.</summary>
    public static Sample Of(ModelKey model, Histogram buckets, params ReadOnlySpan<string> labels) =>
        new(buckets, [model.Value, .. labels, model.Ollama]);
}
