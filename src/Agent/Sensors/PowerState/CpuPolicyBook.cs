using System.Collections.Immutable;

namespace Agent.Sensors.PowerState;

/// <summary>By what the processors' frequencies are chosen, each as it was seen last.</summary>
/// <remarks>See https://docs.kernel.org/admin-guide/pm/cpufreq.html.</remarks>
internal sealed class CpuPolicyBook(CpuFiles files)
{
    /// <summary>Most values told apart: a preference may be one of 256 numbers.</summary>
    private const int MostValues = 16;

    private const string Other = "other";

    private readonly Dictionary<int, CpuPolicy> _policies = [];

    public void Visit(int cpu)
    {
        var driver = files.Text(cpu, "cpufreq/scaling_driver");
        if (driver is null)
        {
            _policies.Remove(cpu);
            return;
        }

        _policies[cpu] = new(
            driver,
            files.Text(cpu, "cpufreq/scaling_governor"),
            files.Text(cpu, "cpufreq/energy_performance_preference"),
            files.Number(cpu, "cpufreq/cpuinfo_max_freq") * 1e3,
            files.Number(cpu, "cpufreq/boost") is { } boost ? boost > 0 : null);
    }

    /// <summary>Forgets all but these: an offline processor has no policy.</summary>
    public void Keep(IReadOnlySet<int> online)
    {
        foreach (var cpu in _policies.Keys.Where(cpu => !online.Contains(cpu)).ToList())
        {
            _policies.Remove(cpu);
        }
    }

    public string? Driver => _policies.OrderBy(pair => pair.Key).Select(pair => pair.Value.Driver).FirstOrDefault();

    public double? MaxHertz => _policies.Values.Max(policy => policy.MaxHertz);

    public ImmutableDictionary<string, int> Governors => Count(policy => policy.Governor);

    public ImmutableDictionary<string, int> Preferences => Count(policy => policy.Preference);

    /// <summary>Whether any processor may run above its nominal frequency, by all that say so; null where nothing does.</summary>
    public bool? Turbo => !files.Switch("intel_pstate/no_turbo") ?? files.Switch("cpufreq/boost") ?? BoostOfAny;

    private bool? BoostOfAny => _policies.Values.Any(policy => policy.Boost is not null)
        ? _policies.Values.Any(policy => policy.Boost == true)
        : null;

    private ImmutableDictionary<string, int> Count(Func<CpuPolicy, string?> value) => _policies.Values
        .Select(value)
        .OfType<string>()
        .CountBy(text => text)
        .OrderByDescending(pair => pair.Value)
        .Select((pair, rank) => (Value: rank < MostValues ? pair.Key : Other, Cpus: pair.Value))
        .GroupBy(pair => pair.Value)
        .ToImmutableDictionary(group => group.Key, group => group.Sum(pair => pair.Cpus));
}
