using Agent.Core.Metering;

namespace Agent.Simulation;

/// <summary>
/// A GPU as its driver shows it: energy in steps of 100 ms, power as a mean of the last second, utilisation of each
/// process in whole percent of a window and late.
/// </summary>
internal sealed class SimulatedGpu(GpuSpec spec)
{
    /// <summary>As nvml.h numbers architectures: from here on power is a mean of the last second, before it is the power now.</summary>
    private const uint Ampere = 7;

    /// <summary>In steps of the world: 100 ms.</summary>
    private const int CounterSteps = 10;

    /// <summary>In steps of the world: 170 ms, about the sixth of a second real drivers sample in.</summary>
    private const int WindowSteps = 17;

    /// <summary>In steps of the world: how late a window's samples are told.</summary>
    private const int LagSteps = 25;

    /// <summary>Samples kept: as many as a real driver's ring holds.</summary>
    private const int MostSamples = 100;

    /// <summary>In degrees, and seconds: the cooler.</summary>
    private const double RoomCelsius = 31, CelsiusPerWatt = 0.125, CoolerSeconds = 14;

    private readonly Queue<double> _lastSecond = new([0]);
    private readonly Dictionary<int, double> _window = [];
    private readonly List<GpuSample> _samples = [];
    private double _celsius = RoomCelsius + (spec.IdleWatts * CelsiusPerWatt);
    private long _steps;

    public GpuSpec Spec => spec;

    public TruthBook Book { get; } = new(spec.Uuid, Component.Gpu);

    /// <summary>In joules, as the driver's counter shows it: of the last full 100 ms.</summary>
    public double ShownJoules { get; private set; }

    /// <summary>In watts, as the driver shows it: the mean of the last second.</summary>
    public double ShownWatts => spec.Architecture < Ampere && _lastSecond.Count > 1
        ? (ShownJoules - _lastSecond.ElementAt(_lastSecond.Count - 2)) / 0.1
        : _lastSecond.Count < 2 ? spec.IdleWatts : (ShownJoules - _lastSecond.Peek()) / ((_lastSecond.Count - 1) * 0.1);

    public double Celsius => _celsius;

    /// <summary>Of its kernels, 1 being its specification's.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>What happened in the last step.</summary>
    public IReadOnlyList<GpuUse> Uses { get; private set; } = [];

    public bool Busy => Uses.Any(use => use.KernelSeconds > 0);

    /// <summary>Samples the driver tells by now, oldest first.</summary>
    public IEnumerable<GpuSample> Samples => _samples.Where(sample => sample.Step + LagSteps <= _steps);

    /// <summary>What the driver says of the whole GPU: the last window told, all processes together.</summary>
    public uint UtilizationPercent
    {
        get
        {
            var told = Samples.ToList();
            var last = (_steps - LagSteps) / WindowSteps * WindowSteps;
            return (uint)Math.Min(100, told.Where(sample => sample.Step == last).Sum(sample => sample.SmPercent));
        }
    }

    /// <summary>Ends a step, after what it drew was written down.</summary>
    public void Step(double seconds, double joules, IReadOnlyList<GpuUse> uses)
    {
        _steps++;
        Uses = uses;
        _celsius += (RoomCelsius + (joules / seconds * CelsiusPerWatt) - _celsius) * seconds / CoolerSeconds;
        foreach (var use in uses)
        {
            _window[use.Pid] = _window.GetValueOrDefault(use.Pid) + use.KernelSeconds;
        }

        if (_steps % CounterSteps == 0)
        {
            ShowCounter();
        }

        if (_steps % WindowSteps == 0)
        {
            CloseWindow(WindowSteps * seconds);
        }
    }

    private void ShowCounter()
    {
        ShownJoules = Book.Drawn;
        _lastSecond.Enqueue(ShownJoules);
        if (_lastSecond.Count > 11)
        {
            _lastSecond.Dequeue();
        }
    }

    private void CloseWindow(double seconds)
    {
        foreach (var (pid, kernelSeconds) in _window)
        {
            var percent = (uint)Math.Round(100 * kernelSeconds / seconds);
            if (percent > 0)
            {
                _samples.Add(new GpuSample(_steps, pid, percent));
            }
        }

        _window.Clear();
        _samples.RemoveRange(0, Math.Max(0, _samples.Count - MostSamples));
    }
}
