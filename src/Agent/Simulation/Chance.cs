using System.Diagnostics.CodeAnalysis;

namespace Agent.Simulation;

/// <summary>The one source of chance of a simulated machine: the same seed gives the same world.</summary>
[SuppressMessage("Security", "CA5394", Justification = "A world that is the same for the same seed; nothing secret.")]
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    public double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    public int Between(int least, int most) => _random.Next(least, most + 1);

    /// <summary>Mean 0, standard deviation 1 (sum of twelve: never beyond ±6).</summary>
    public double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            sum += _random.NextDouble();
        }

        return sum;
    }
}
