namespace Agent.Simulation;

/// <summary>
/// A factor around 1 that wanders as the power of real devices does: fast but not white (it forgets in
/// <see cref="Memory"/>), never beyond ±<paramref name="most"/>, on a slow swell a fifth as high.
/// </summary>
internal sealed class Noise(Chance chance, double most)
{
    /// <summary>In seconds.</summary>
    private const double Memory = 0.5;

    /// <summary>In seconds: longer than any quiet span the agent learns from.</summary>
    private const double Swell = 173;

    private readonly double _phase = chance.Between(0.0, 2 * Math.PI);
    private double _fast;

    /// <summary>The factor now.</summary>
    /// <param name="at">Seconds since the world began.</param>
    /// <param name="seconds">Seconds since the last call.</param>
    public double Next(double at, double seconds)
    {
        _fast += (-_fast * seconds / Memory) + (Math.Sqrt(2 * seconds / Memory) * chance.Normal());
        var fast = Math.Clamp(_fast / 3, -1, 1);
        var slow = Math.Sin((2 * Math.PI * at / Swell) + _phase);
        return 1 + (most * ((0.8 * fast) + (0.2 * slow)));
    }
}
