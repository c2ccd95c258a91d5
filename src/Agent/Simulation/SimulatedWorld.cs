using System.Collections.Immutable;

namespace Agent.Simulation;

/// <summary>
/// The simulated machine without its outside: no clock, no files, no sockets. It goes on in fixed steps, so that the same
/// scenario and seed give the same world however often it is looked at.
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
        _power = new PowerModel(_chance, Gpus);
        _uses = [.. Gpus.Select(_ => new List<GpuUse>())];
        _script = scenario.Script(_chance).GetEnumerator();
        NextEvent();
    }

    public Scenario Scenario { get; }

    public ProcessTable Processes { get; }

    public ImmutableArray<SimulatedGpu> Gpus { get; }

    public SimulatedOllama Ollama { get; }

    /// <summary>Since the world began.</summary>
    public TimeSpan Now => _steps * StepLength;

    /// <summary>In joules since the world began, of a part of the processor as RAPL tells it.</summary>
    public double PackageJoules => _power.Package.Drawn;

    public double CoreJoules => _power.CoreJoules;

    public double UncoreJoules => _power.UncoreJoules;

    public double DramJoules => _power.Dram.Drawn;

    public Truth Truth() => new(
        Now,
        [.. Gpus.Select(gpu => gpu.Book.Snapshot()), _power.Package.Snapshot(), _power.Dram.Snapshot()],
        Ollama.Snapshot());

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

        StepRunners(seconds);
        StepForeign(seconds);
        Processes.Desktop.Use(PowerModel.DesktopCores * seconds);
        var drawn = _power.End();
        for (var i = 0; i < Gpus.Length; i++)
        {
            Gpus[i].Step(seconds, drawn[i], _uses[i]);
        }
    }

    private void StepRunners(double seconds)
    {
        var runners = Ollama.Runners.ToList();
        var computing = runners.Where(runner => runner.Busy).CountBy(runner => runner.Model.Gpu).ToDictionary();
        foreach (var runner in runners)
        {
            var model = runner.Model;
            var shared = runner.Busy && computing[model.Gpu] > 1;
            var phases = runner.Step(seconds, shared ? PowerModel.SharedSpeed : 1, Now);
            runner.Process.Use(_power.Work(model, phases, shared, _chance.Between(0.95, 1.05)));
            Processes.Server.Use(PowerModel.ServerCores * (phases.Load + phases.Prompt + phases.Generation));
            var kernels = (phases.Load * model.Load.Utilization)
                + (phases.Prompt * model.Prompt.Utilization)
                + (phases.Generation * model.Generation.Utilization);
            _uses[model.Gpu].Add(new GpuUse(
                runner.Process.Pid,
                kernels * (shared ? 1.0 / computing[model.Gpu] : 1),
                (ulong)(model.VramBytes * (0.05 + (0.95 * runner.Loaded))),
                Computes: true));
        }
    }

    private void StepForeign(double seconds)
    {
        foreach (var work in _foreign.Where(work => work.Ends < Now).ToList())
        {
            _foreign.Remove(work);
            foreach (var process in work.Processes)
            {
                Processes.End(process);
            }
        }

        foreach (var work in _foreign)
        {
            _power.Work(work, seconds);
            foreach (var process in work.Processes)
            {
                process.Use(work.Cores * seconds / work.Processes.Count);
            }

            if (work.Gpu is { } gpu)
            {
                _uses[gpu].Add(new GpuUse(
                    work.Processes[0].Pid, PowerModel.GameUtilization * seconds, 1_900UL << 20, Computes: false));
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
            case ScriptEvent.Compile compile:
                var compilers = Enumerable.Range(0, compile.Cores).Select(_ => StartAtDesk("cc1plus", "/usr/lib/gcc/cc1plus"));
                _foreign.Add(new([.. compilers], Now + TimeSpan.FromSeconds(compile.Seconds), compile.Cores));
                break;
            case ScriptEvent.Play play:
                var game = StartAtDesk("spaceships", "/usr/games/spaceships");
                _foreign.Add(new([game], Now + TimeSpan.FromSeconds(play.Seconds), 0.8, play.Gpu));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(happening));
        }
    }

    private SimulatedProcess StartAtDesk(string name, string path) =>
        Processes.Start(Now, Processes.Desktop.Pid, ProcessTable.DeskUser, ProcessTable.DeskGroup, name, path);

    private void NextEvent() => _next = _script.MoveNext() ? _script.Current : null;
}
