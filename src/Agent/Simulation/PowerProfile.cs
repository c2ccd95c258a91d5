namespace Agent.Simulation;

/// <summary>
/// A power profile of the simulated machine: how fast what computes goes in it, and what it draws. What is drawn anyway, idle
/// or for a loaded model, is the same in all.
/// </summary>
/// <param name="Name">As the firmware names it.</param>
/// <param name="Power">Watts of work, 1 being balanced.</param>
/// <param name="Speed">Speed of work, 1 being balanced.</param>
internal sealed record PowerProfile(string Name, double Power, double Speed)
{
    /// <summary>What the machine starts with.</summary>
    public static PowerProfile Balanced { get; } = new("balanced", 1, 1);

    /// <summary>The last clocks cost most.</summary>
    public static PowerProfile Performance { get; } = new("performance", 1.2, 1.08);

    public static PowerProfile LowPower { get; } = new("low-power", 0.55, 0.72);

    /// <summary>All there are, in the order the firmware tells them.</summary>
    public static IReadOnlyList<PowerProfile> All { get; } = [LowPower, Balanced, Performance];
}
