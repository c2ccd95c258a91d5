using System.Collections.Immutable;

namespace Agent.Simulation;

/// <summary>
/// The simulated machine without its outside: no clock, no files, no sockets. It goes on in fixed steps, so that the
/// same scenario and seed give the same world however often it is looked at.
/// </summary>
internal sealed class SimulatedWorld
{
    /// <summary>How far one step goes.</summary>
    public static readonly TimeSpan StepLength = TimeSpan.FromMilliseconds(10);

    private readonly Chance _chance;
    private readonly PowerModel _power;
    private readonly IEnumerator<ScriptEvent> _script;
    private readonly List<ForeignWork> _foreign = [];
    private readonly List<GpuUse>[] _uses;
    private readonly TrueProfiles _profiles = new();
    private ScriptEvent? _next;
    private long _steps;

    /// <summary>Makes the world, at the start of its scenario.</summary>
    /// <param name="ports">The ports runners take by turns.</param>
    public SimulatedWorld(Scenario scenario, int seed, ImmutableArray<int> ports)
    {
        Scenario = scenario;
        _chance = new Chance(seed);
        Processes = new ProcessTable(_chance);
        Gpus = [.. scenario.Gpus.Select(spec => new SimulatedGpu(spec))];
        Ollama = new SimulatedOllama(scenario.Models, Processes, ports);
        _power = new PowerModel(_chance, Gpus, scenario.IdleNoise);
        _uses = [.. Gpus.Select(_ => new List<GpuUse>())];
        _script = scenario.Script(_chance).GetEnumerator();
        NextEvent();
    }

    public Scenario Scenario { get; }

    public ProcessTable Processes { get; }

    public ImmutableArray<SimulatedGpu> Gpus { get; }

    public SimulatedOllama Ollama { get; }

    /// <summary>The power profile somebody chose last.</summary>
    public PowerProfile Profile => _power.Profile;

    /// <summary>Since the world began.</summary>
    public TimeSpan Now => _steps * StepLength;

    /// <summary>In joules since the world began, of a part of the processor as RAPL tells it.</summary>
    public double PackageJoules => _power.Package.Drawn;

    public double CoreJoules => _power.CoreJoules;

    public double UncoreJoules => _power.UncoreJoules;

    public double DramJoules => _power.Dram.Drawn;

    public Truth Truth()
    {
        var truth = new Truth(
            Now,
            [.. Gpus.Select(gpu => gpu.Book.Snapshot()), _power.Package.Snapshot(), _power.Dram.Snapshot()],
            Ollama.Snapshot());
        return truth with { Profiles = _profiles.Of(Profile.Name, truth) };
    }

    public void Step()
    {
        while (_next is { } happening && TimeSpan.FromSeconds(happening.At) <= Now)
        {
            Happen(happening);
            NextEvent();
        }

        var seconds = StepLength.TotalSeconds;
        _steps++;
        _power.Begin(Now.TotalSeconds, seconds);
        foreach (var uses in _uses)
        {
            uses.Clear();
        }

        Ollama.EndLeaving();
        EndForeign();
        var computing = Computing();
        StepRunners(seconds, computing);
        StepForeign(seconds, computing);
        Processes.Desktop.Use(PowerModel.DesktopCores * seconds);
        var drawn = _power.End();
        for (var i = 0; i < Gpus.Length; i++)
        {
            Gpus[i].Step(seconds, drawn[i], _uses[i]);
        }
    }

    /// <summary>How much of each GPU's time is computed on it, by how many.</summary>
    private (double Time, int Count)[] Computing()
    {
        var computing = new (double Time, int Count)[Gpus.Length];
        foreach (var (gpu, _) in Ollama.Runners.Where(runner => runner.Busy).SelectMany(runner => runner.Model.Placement))
        {
            computing[gpu] = (computing[gpu].Time + 1, computing[gpu].Count + 1);
        }

        foreach (var work in _foreign)
        {
            if (work.Gpu is { } gpu)
            {
                computing[gpu] = (computing[gpu].Time + work.Utilization, computing[gpu].Count + 1);
            }
        }

        return computing;
    }

    private void StepRunners(double seconds, (double Time, int Count)[] computing)
    {
        foreach (var runner in Ollama.Runners)
        {
            var model = runner.Model;
            var others = runner.Busy ? model.Placement.Max(place => computing[place.Gpu].Time) - 1 : 0;
            var batch = Math.Max(1, runner.AtOnce);
            var phases = runner.Step(seconds, PowerModel.Less(PowerModel.SharedSpeed, others) * Profile.Speed, Now);
            runner.Process.Use(_power.Work(model, phases, others, batch, _chance.Between(0.95, 1.05)));
            Processes.Server.Use(PowerModel.ServerCores * (phases.Load + phases.Prompt + phases.Generation));
            var kernels = (phases.Load * model.Load.Utilization)
                + (phases.Prompt * model.Prompt.Utilization)
                + (phases.Generation * model.Generation.Utilization);
            foreach (var (gpu, part) in model.Placement)
            {
                _uses[gpu].Add(new GpuUse(
                    runner.Process.Pid,
                    kernels * part / (others > 0 ? computing[gpu].Count : 1),
                    (ulong)(model.VramBytes * part * (0.05 + (0.95 * runner.Loaded))),
                    Computes: true));
            }
        }
    }

    private void EndForeign()
    {
        foreach (var process in _foreign.Where(work => work.Ends < Now).SelectMany(work => work.Processes))
        {
            Processes.End(process);
        }

        _foreign.RemoveAll(work => work.Ends < Now);
    }

    private void StepForeign(double seconds, (double Time, int Count)[] computing)
    {
        foreach (var work in _foreign)
        {
            var others = work.Gpu is { } on ? computing[on].Time - work.Utilization : 0;
            _power.Work(work, others, seconds);
            foreach (var process in work.Processes)
            {
                process.Use(work.Cores * seconds / work.Processes.Count);
            }

            if (work.Gpu is { } gpu)
            {
                _uses[gpu].Add(new GpuUse(
                    work.Processes[0].Pid,
                    work.Utilization * seconds / computing[gpu].Count,
                    PowerModel.GameBytes,
                    Computes: false));
            }
        }
    }

    private void Happen(ScriptEvent happening)
    {
        switch (happening)
        {
            case ScriptEvent.Ask ask:
                Ollama.Ask(ask.Model, ask.Prompt, Now);
                break;
            case ScriptEvent.Unload unload:
                Ollama.Unload(unload.Model);
                break;
            case ScriptEvent.Choose choose:
                Choose(choose.Profile);
                break;
            case ScriptEvent.Compile compile:
                var compilers = Enumerable.Range(0, compile.Cores)
                    .Select(_ => StartAtDesk("cc1plus", "/usr/lib/gcc/cc1plus"));
                _foreign.Add(new([.. compilers], Now + TimeSpan.FromSeconds(compile.Seconds), compile.Cores));
                break;
            case ScriptEvent.Play play:
                var game = StartAtDesk("spaceships", "/usr/games/spaceships");
                _foreign.Add(new([game], Now + TimeSpan.FromSeconds(play.Seconds), 0.8, play.Gpu, play.Utilization));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(happening));
        }
    }

    private void Choose(PowerProfile profile)
    {
        _profiles.End(Profile.Name, Truth());
        _power.Profile = profile;
        foreach (var gpu in Gpus)
        {
            gpu.Speed = profile.Speed;
        }
    }

    private SimulatedProcess StartAtDesk(string name, string path) =>
        Processes.Start(Now, Processes.Desktop.Pid, ProcessTable.DeskUser, ProcessTable.DeskGroup, name, path);

    private void NextEvent() => _next = _script.MoveNext() ? _script.Current : null;
}
