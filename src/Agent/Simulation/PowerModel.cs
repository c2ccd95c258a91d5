using Agent.Core.Metering;

namespace Agent.Simulation;

/// <summary>
/// The physics of the simulated machine, and so the truth:
/// <list type="bullet">
/// <item>A GPU draws its idle watts × noise, plus for each model resident on it
/// <see cref="ModelSpec.ResidentWatts"/>, busy or not, plus for each runner the watts of the phase it is in × noise,
/// plus <see cref="GameWatts"/> while a game runs.</item>
/// <item>Those who compute on one GPU at once, runners or a game, draw <see cref="SharedPower"/> of their watts each,
/// which keeps the GPU below its limit, and runners work at <see cref="SharedSpeed"/>; beside something that uses only part of
/// the GPU's time, so much less.</item>
/// <item>A runner that works on n requests at once draws n to the power of <see cref="BatchPower"/> times the watts of one, and
/// each of them goes on at n to the power of minus <see cref="BatchSlowdown"/> times its speed alone.</item>
/// <item>A model on two GPUs draws half of its watts on each.</item>
/// <item>The processor package draws idle watts × noise plus <see cref="WattsPerCore"/> for every core a process
/// keeps busy; memory likewise with <see cref="DramWattsPerCore"/>. Those watts belong to what the process does: a
/// runner's to its phase, the server's to the phase of the runner it serves, any other's to
/// <see cref="TrueCategory.Other"/>.</item>
/// <item>All watts of work, the GPUs' and the processor's, are multiplied by those of the machine's <see cref="PowerProfile"/>,
/// and runners work at its speed. Idle and resident watts are the same in all profiles.</item>
/// <item>The desktop's <see cref="DesktopCores"/> never stop: they are part of idle and draw nothing beyond
/// it.</item>
/// </list>
/// </summary>
internal sealed class PowerModel(Chance chance, IReadOnlyList<SimulatedGpu> gpus, double idleNoise)
{
    public const double PackageIdleWatts = 14;
    public const double WattsPerCore = 7.5;
    public const double DramIdleWatts = 2.4;
    public const double DramWattsPerCore = 0.7;

    /// <summary>Cores the desktop keeps busy for ever.</summary>
    public const double DesktopCores = 0.01;

    /// <summary>Cores of <c>ollama serve</c> for each runner that loads, evaluates or generates.</summary>
    public const double ServerCores = 0.04;

    public const double GameWatts = 145;
    public const double GameUtilization = 0.83;
    public const ulong GameBytes = 1_900UL << 20;
    public const double SharedPower = 0.65;
    public const double SharedSpeed = 0.55;

    public const double BatchPower = 0.3;
    public const double BatchSlowdown = 0.4;

    /// <summary>How far the power of work wanders.</summary>
    private const double WorkNoise = 0.03;

    private readonly Noise[] _gpuIdle = [.. gpus.Select(_ => new Noise(chance, idleNoise))];
    private readonly Noise[] _gpuWork = [.. gpus.Select(_ => new Noise(chance, WorkNoise))];
    private readonly Noise _packageIdle = new(chance, idleNoise);
    private readonly Noise _dramIdle = new(chance, idleNoise);
    private readonly List<(TrueAccount, double)>[] _gpuParts = [.. gpus.Select(_ => new List<(TrueAccount, double)>())];
    private readonly List<(TrueAccount, double)> _packageParts = [];
    private readonly List<(TrueAccount, double)> _dramParts = [];
    private double[] _workNoise = [];

    /// <summary>What the machine is set to.</summary>
    public PowerProfile Profile { get; set; } = PowerProfile.Balanced;

    public TruthBook Package { get; } = new("package-0", Component.Cpu);

    public TruthBook Dram { get; } = new("dram", Component.Dram);

    /// <summary>Joules of the package's cores: contained in it, no device of its own.</summary>
    public double CoreJoules { get; private set; }

    /// <summary>Joules of the package's uncore: contained in it, no device of its own.</summary>
    public double UncoreJoules { get; private set; }

    /// <summary>Begins a step: what is drawn anyway.</summary>
    public void Begin(double at, double seconds)
    {
        _workNoise = [.. _gpuWork.Select(noise => noise.Next(at, seconds))];
        for (var i = 0; i < gpus.Count; i++)
        {
            _gpuParts[i].Clear();
            _gpuParts[i].Add((Idle, gpus[i].Spec.IdleWatts * _gpuIdle[i].Next(at, seconds) * seconds));
        }

        var package = PackageIdleWatts * _packageIdle.Next(at, seconds) * seconds;
        CoreJoules += 0.3 * package;
        UncoreJoules += 0.1 * package;
        _packageParts.Clear();
        _packageParts.Add((Idle, package));
        _dramParts.Clear();
        _dramParts.Add((Idle, DramIdleWatts * _dramIdle.Next(at, seconds) * seconds));
    }

    /// <summary>A runner's step.</summary>
    /// <param name="others">How much of its GPU's time others compute, 0 to 1.</param>
    /// <param name="batch">How many requests it works on at once.</param>
    /// <param name="cores">How busy its cores are, 1 being as the model says.</param>
    /// <returns>The core-seconds of the runner.</returns>
    public double Work(ModelSpec model, PhaseSeconds phases, double others, int batch, double cores)
    {
        foreach (var (gpu, part) in phases.Resident > 0 ? model.Placement : [])
        {
            _gpuParts[gpu].Add((new TrueAccount(TrueCategory.LoadedIdle, model.Name), model.ResidentWatts * part * phases.Resident));
        }

        var power = Less(SharedPower, others) * Math.Pow(batch, BatchPower) * Profile.Power;
        return Phase(TrueCategory.Load, model.Load, phases.Load)
            + Phase(TrueCategory.Prompt, model.Prompt, phases.Prompt)
            + Phase(TrueCategory.Generation, model.Generation, phases.Generation);

        double Phase(TrueCategory category, PhaseCost cost, double seconds)
        {
            if (seconds <= 0)
            {
                return 0;
            }

            var account = new TrueAccount(category, model.Name);
            foreach (var (gpu, part) in model.Placement)
            {
                _gpuParts[gpu].Add((account, cost.GpuWatts * part * _workNoise[gpu] * power * seconds));
            }

            var coreSeconds = cost.Cores * cores * seconds;
            Compute(account, coreSeconds + (ServerCores * seconds));
            return coreSeconds;
        }
    }

    /// <summary>A step of what is not Ollama's.</summary>
    /// <param name="others">How much of its GPU's time others compute, 0 to 1.</param>
    public void Work(ForeignWork work, double others, double seconds)
    {
        Compute(Other, work.Cores * seconds);
        if (work.Gpu is { } gpu)
        {
            var watts = GameWatts * work.Utilization / GameUtilization;
            _gpuParts[gpu].Add((Other, watts * _workNoise[gpu] * Less(SharedPower, others) * Profile.Power * seconds));
        }
    }

    /// <summary>What is left of one beside others: as told beside one that uses as much as a game or more.</summary>
    public static double Less(double told, double others) => 1 - ((1 - told) * Math.Min(1, others / GameUtilization));

    /// <summary>Ends a step: writes down what was drawn.</summary>
    /// <returns>What each GPU drew, in joules.</returns>
    public double[] End()
    {
        Package.Draw(_packageParts);
        Dram.Draw(_dramParts);
        var drawn = new double[gpus.Count];
        for (var i = 0; i < gpus.Count; i++)
        {
            var before = gpus[i].Book.Drawn;
            gpus[i].Book.Draw(_gpuParts[i]);
            drawn[i] = gpus[i].Book.Drawn - before;
        }

        return drawn;
    }

    private static TrueAccount Idle => new(TrueCategory.Idle);

    private static TrueAccount Other => new(TrueCategory.Other);

    private void Compute(TrueAccount account, double coreSeconds)
    {
        var package = WattsPerCore * Profile.Power * coreSeconds;
        CoreJoules += package;
        _packageParts.Add((account, package));
        _dramParts.Add((account, DramWattsPerCore * Profile.Power * coreSeconds));
    }
}
