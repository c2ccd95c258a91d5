using Agent.Sensors.Nvml;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlPowerStateTests
{
    [Fact]
    public void Limits_reasons_and_persistence_come_through_the_real_calls()
    {
        using var fake = new NvmlFake(NvmlMachine.OneGpu);
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.Success, nvml.DefaultPowerLimit(gpu, out var standard));
        Assert.Equal(450_000u, standard);
        Assert.Equal(NvmlReturn.Success, nvml.PowerLimits(gpu, out var least, out var most));
        Assert.Equal((150_000u, 600_000u), (least, most));
        Assert.Equal(NvmlReturn.Success, nvml.ClockReasons(gpu, out var reasons));
        Assert.Equal(0x24ul, reasons);
        Assert.Equal(NvmlReturn.Success, nvml.PersistenceMode(gpu, out var persistence));
        Assert.True(persistence);
    }

    [Fact]
    public void What_a_GPU_does_not_support_is_no_zero()
    {
        using var fake = new NvmlFake("gpu 0 uuid GPU-1");
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.NotSupported, nvml.DefaultPowerLimit(gpu, out _));
        Assert.Equal(NvmlReturn.NotSupported, nvml.PowerLimits(gpu, out _, out _));
        Assert.Equal(NvmlReturn.NotSupported, nvml.ClockReasons(gpu, out _));
        Assert.Equal(NvmlReturn.NotSupported, nvml.PersistenceMode(gpu, out _));
    }

    [Fact]
    public void An_old_driver_is_asked_for_reasons_by_their_old_name()
    {
        using var fake = new NvmlFake(NvmlMachine.OneGpu, oldDriver: true);
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.Success, nvml.ClockReasons(gpu, out var reasons));

        Assert.Equal(0x24ul, reasons);
        Assert.Equal(1, fake.Calls("nvmlDeviceGetCurrentClocksThrottleReasons"));
    }

    [Fact]
    public void A_present_driver_is_not_asked_by_the_old_name()
    {
        using var fake = new NvmlFake(NvmlMachine.OneGpu);
        var (nvml, gpu) = Open(fake);

        nvml.ClockReasons(gpu, out _);

        Assert.Equal(0, fake.Calls("nvmlDeviceGetCurrentClocksThrottleReasons"));
    }

    [Fact]
    public void A_number_with_all_bits_set_is_not_told()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 limits 4294967295 150000 4294967295");
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.NoData, nvml.DefaultPowerLimit(gpu, out _));
        Assert.Equal(NvmlReturn.NoData, nvml.PowerLimits(gpu, out _, out _));
    }

    private static (NvmlLibrary Nvml, nint Gpu) Open(NvmlFake fake)
    {
        var nvml = NvmlLibrary.TryLoad(fake.Library)!;
        Assert.Equal(NvmlReturn.Success, nvml.Init());
        Assert.Equal(NvmlReturn.Success, nvml.DeviceHandle(0, out var gpu));
        return (nvml, gpu);
    }
}
