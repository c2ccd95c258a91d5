using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>
/// One GPU, known by its UUID for as long as the agent runs, and read through whatever handle it has now.
/// </summary>
internal sealed class NvmlGpu(INvml nvml, NvmlFiles files, GpuDescription first)
{
    /// <summary>More than any GPU draws: what tells a counter that restarted from one that moved on.</summary>
    private static readonly Watts MostPower = new(2000);

    /// <summary>A power above this is no power but some mark of the driver's.</summary>
    private static readonly Watts BeyondBelief = new(5000);

    /// <summary>How often the driver moves its energy counter.</summary>
    private static readonly TimeSpan CounterStep = TimeSpan.FromMilliseconds(100);

    private NvmlSeries _series;
    private nint _handle;
    private long _epoch;
    private int _losses;
    private bool _lost;
    private TimeSpan _mean;

    public Device Device { get; } = new(DeviceKind.Gpu, first.Uuid, $"nvml:{first.Uuid}");

    public GpuDescription Description { get; private set; } = first;

    /// <summary>The kernel's form of its PCI address.</summary>
    public string Address { get; private set; } = NvmlFiles.Address(first.PciBusId);

    /// <summary>Whether the driver lets it sleep when idle.</summary>
    public bool MaySleep { get; private set; }

    /// <summary>What uses it; null while it is not open.</summary>
    public NvmlGpuUse? Use { get; private set; }

    /// <summary>Why it cannot be read; null while it can.</summary>
    public NvmlFailure? Failure { get; private set; }

    /// <summary>
    /// Takes a fresh handle. Its counter's epoch stays as it was unless the driver was reloaded or the GPU was lost:
    /// what it drew while it was closed is not to be forgotten.
    /// </summary>
    public void Open(nint handle, GpuDescription description)
    {
        _handle = handle;
        _series = _series == NvmlSeries.None ? NvmlSeries.Undecided : _series;
        _losses += _lost ? 1 : 0;
        _lost = false;
        _epoch = (files.DriverMark * 1000) + _losses;
        _mean = nvml.Architecture(handle, out var architecture) == NvmlReturn.Success
            ? NvmlPowerMean.Of(architecture, description.Name)
            : TimeSpan.Zero;
        Description = description;
        Address = NvmlFiles.Address(description.PciBusId);
        MaySleep = files.MaySleep(Address);
        Use = new(nvml, handle, files);
        Failure = null;
    }

    /// <summary>Lets go of its handle.</summary>
    public void Close(NvmlFailure why)
    {
        _lost |= why.Cause == MissingCause.Lost;
        Use = null;
        Failure = why;
    }

    /// <summary>
    /// One look at energy and power, and the return code of the one that is booked. A GPU that is lost is closed.
    /// </summary>
    public NvmlReturn ReadEnergy(out Reading reading)
    {
        if (Use is null)
        {
            reading = (Failure ?? NvmlFailure.Vanished).Reading;
            return NvmlReturn.GpuNotFound;
        }

        var energy = new NvmlValue(NvmlReturn.NotSupported, 0);
        var power = energy;
        if (_series != NvmlSeries.None)
        {
            var answer = nvml.EnergyAndPower(_handle, out energy, out power);
            energy = answer == NvmlReturn.Success ? energy : new(answer, 0);
            power = answer == NvmlReturn.Success ? power : new(answer, 0);
        }

        _series = _series == NvmlSeries.Undecided ? Decide(energy.Return, power.Return) : _series;
        var byPower = _series == NvmlSeries.Power || (_series == NvmlSeries.Undecided && IsUntold(energy.Return));
        var told = byPower ? power : energy;
        var watts = Watts.FromMilliwatts(power.Value);
        var powerTold = power.Return == NvmlReturn.Success && watts < BeyondBelief;

        Failure = told.Return != NvmlReturn.Success ? NvmlFailure.Of(told.Return)
            : byPower && !powerTold ? NvmlFailure.ImplausiblePower
            : null;
        reading = Failure is { } failure ? failure.Reading
            : byPower ? new Reading.Power(watts, _mean)
            : new Reading.Counter(Joules.FromMillijoules(energy.Value))
            {
                MostPower = Watts.Max(MostPower, Use.Limit),
                Epoch = _epoch,
                Step = CounterStep,
                PowerNow = powerTold ? watts : null,
            };
        if (Failure?.Cause == MissingCause.Lost)
        {
            Close(Failure);
        }

        return told.Return;
    }

    private static NvmlSeries Decide(NvmlReturn energy, NvmlReturn power) => (energy, power) switch
    {
        (NvmlReturn.Success, _) => NvmlSeries.Counter,
        (_, NvmlReturn.Success) when IsUntold(energy) => NvmlSeries.Power,
        _ when IsUntold(energy) && IsUntold(power) => NvmlSeries.None,
        _ => NvmlSeries.Undecided,
    };

    private static bool IsUntold(NvmlReturn answer) => answer is NvmlReturn.NotSupported or NvmlReturn.FunctionNotFound;
}
