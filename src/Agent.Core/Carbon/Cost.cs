namespace Agent.Core.Carbon;

/// <summary>Money for energy. What was paid and what was got at negative prices are apart: neither ever falls.</summary>
public readonly record struct Cost(double Paid, double Earned)
{
    /// <summary>Below zero where more was got than paid.</summary>
    public double Net => Paid - Earned;

    public static Cost Of(double amount) => amount >= 0 ? new(amount, 0) : new(0, -amount);

    public static Cost operator +(Cost one, Cost other) => new(one.Paid + other.Paid, one.Earned + other.Earned);
}
