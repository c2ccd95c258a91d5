using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>How the open GPUs are used: their state each second, who is on them every 5 s, or sooner on demand.</summary>
internal sealed class NvmlUseRounds(MonotonicClock clock)
{
    /// <summary>
    /// A runner waits to be placed: but this is the slow call, 5 ms and more with the driver's lock held.
    /// </summary>
    private static readonly TimeSpan ProcessesOnDemand = TimeSpan.FromMilliseconds(500);

    private readonly Pace _statePace = new(TimeSpan.FromSeconds(1));
    private readonly Pace _processPace = new(TimeSpan.FromSeconds(5));
    private volatile bool _processesWanted;

    /// <summary>Somebody waits for the lists of processes.</summary>
    public bool IsWanted => _processesWanted;

    /// <summary>Asks for the lists of processes sooner than every 5 s. Any thread.</summary>
    public void Want() => _processesWanted = true;

    /// <summary>Reads what is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="gpus">Those that are open and awake.</param>
    /// <param name="isOpen">Whether NVML is.</param>
    /// <param name="around">What is known of a GPU besides what NVML tells.</param>
    /// <param name="events">Where it is told.</param>
    public void Read(
        Moment now, IReadOnlyList<NvmlGpu> gpus, bool isOpen, Func<NvmlGpu, NvmlAround> around, List<LedgerEvent> events)
    {
        if (isOpen && _processPace.IsDue(now, _processesWanted ? ProcessesOnDemand : null))
        {
            _processesWanted = false;
            foreach (var gpu in gpus)
            {
                gpu.Use!.ReadProcesses();
                events.Add(new LedgerEvent.GpuProcessesRead(clock.Now, gpu.Device.Id, gpu.Use.Processes));
            }
        }

        if (_statePace.IsDue(now))
        {
            foreach (var gpu in gpus)
            {
                var state = around(gpu).AddTo(gpu.Use!.ReadState(now));
                events.Add(new LedgerEvent.GpuStateRead(clock.Now, gpu.Device.Id, state));
                if (gpu.Use.ReadUtilization() is { } utilization)
                {
                    events.Add(new LedgerEvent.GpuUtilizationRead(clock.Now, gpu.Device.Id, utilization));
                }
            }
        }
    }
}
