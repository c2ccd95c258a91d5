using System.Globalization;
using Agent.Config;
using Agent.Core.Units;
using Agent.Sensors.Nvml;

namespace Agent.Commands;

/// <summary>Lets go of NVML when somebody asks for it, and says in sentences how that is. Any thread.</summary>
internal sealed class NvmlControl(NvmlSensor nvml, AgentConfig config, MonotonicClock clock)
{
    /// <summary>NVML is closed in a moment; where it is being started that takes about 1.5 s for each GPU.</summary>
    private static readonly TimeSpan Moments = TimeSpan.FromSeconds(4);

    private const string NotUsed = "NVML is not in use: sensors.nvml.enabled is false. Nothing of joulet holds NVIDIA's driver.";

    private const string NoDriver = "NVML is not in use: no NVIDIA driver is loaded. joulet takes it up when one is.";

    /// <summary>A release is not waited for longer, whatever is configured.</summary>
    public static TimeSpan LongestPatience { get; } = TimeSpan.FromSeconds(10) + Moments;

    /// <summary>How it is now.</summary>
    public string State => IsSwitchedOff ? NotUsed : !nvml.DriverPresent ? NoDriver : nvml.ReleaseState switch
    {
        NvmlReleaseState.Released released =>
            $"Nothing of joulet holds NVIDIA's driver, since {Since(released.Since)}. {NvmlFailure.OnRequest.What}",
        NvmlReleaseState.Releasing releasing =>
            $"NVML is not released yet, {Since(releasing.Since)} after it was asked for: a call into NVIDIA's driver is not over. "
                + "Starting takes seconds; one that hangs may never end (dmesg may tell why). It is released once the call returns.",
        _ => "NVML is not released: joulet opens it whenever there is a GPU to read by it.",
    };

    private bool IsSwitchedOff => config.Sensors.Nvml.Enabled == Enabled.False;

    private bool IsUnused => IsSwitchedOff || !nvml.DriverPresent;

    /// <summary>Asks that NVML be closed, without waiting for it.</summary>
    /// <returns>What comes of it, in a sentence.</returns>
    public string Release()
    {
        nvml.Release();
        return IsUnused ? State : "NVML is released at the next reading.";
    }

    /// <summary>Closes NVML at the next reading.</summary>
    /// <returns>Whether nothing holds the driver any more.</returns>
    public async Task<bool> ReleaseAsync(CancellationToken cancel)
    {
        nvml.Release();
        return IsSwitchedOff || await nvml.ReleasedAsync(config.Sampling.Interval + Moments).WaitAsync(cancel);
    }

    /// <summary>Takes NVML up again.</summary>
    /// <returns>What that means here, in a sentence.</returns>
    public string Hold()
    {
        var before = nvml.ReleaseState;
        nvml.Hold();
        return IsUnused || before is NvmlReleaseState.Held ? State : "NVML is taken up again at the next reading.";
    }

    private string Since(Moment moment) => string.Create(CultureInfo.InvariantCulture, $"{(clock.Now - moment).TotalSeconds:0} s");
}
