namespace Agent.Core.History;

/// <summary>A figure that nobody knows exactly.</summary>
public readonly record struct Estimate(double Low, double Central, double High)
{
    public static Estimate operator *(Estimate estimate, double factor) =>
        new(estimate.Low * factor, estimate.Central * factor, estimate.High * factor);
}
