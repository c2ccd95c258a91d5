using Agent.Sensors.Nvml;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlLibraryTests
{
    [Fact]
    public void Every_value_comes_through_the_real_call_as_the_driver_told_it()
    {
        using var fake = new NvmlFake(NvmlMachine.OneGpu);
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.Success, nvml.DriverVersion(out var version));
        Assert.Equal("550.163.01", version);
        Assert.Equal(NvmlReturn.Success, nvml.Uuid(gpu, out var uuid));
        Assert.Equal(NvmlMachine.First, uuid);
        Assert.Equal(NvmlReturn.Success, nvml.Name(gpu, out var name));
        Assert.Equal("NVIDIA GeForce RTX 4090", name);
        Assert.Equal(NvmlReturn.Success, nvml.PciBusId(gpu, out var busId));
        Assert.Equal("00000000:01:00.0", busId);
        Assert.Equal(NvmlReturn.Success, nvml.Architecture(gpu, out var architecture));
        Assert.Equal(8u, architecture);
        Assert.Equal(NvmlReturn.Success, nvml.EnergyAndPower(gpu, out var energy, out var power));
        Assert.Equal(new(NvmlReturn.Success, 5_000_000), energy);
        Assert.Equal(new(NvmlReturn.Success, 61_500), power);
        Assert.Equal(NvmlReturn.Success, nvml.GpuUtilization(gpu, out var percent));
        Assert.Equal(37u, percent);
        Assert.Equal(NvmlReturn.Success, nvml.Memory(gpu, out var total, out var used));
        Assert.Equal((25_757_220_864ul, 1_000_000_000ul), (total, used));
        Assert.Equal(NvmlReturn.Success, nvml.Temperature(gpu, out var celsius));
        Assert.Equal(45u, celsius);
        Assert.Equal(NvmlReturn.Success, nvml.SmClock(gpu, out var sm));
        Assert.Equal(2520u, sm);
        Assert.Equal(NvmlReturn.Success, nvml.MemoryClock(gpu, out var memoryClock));
        Assert.Equal(10_501u, memoryClock);
        Assert.Equal(NvmlReturn.Success, nvml.PowerLimit(gpu, out var limit));
        Assert.Equal(450_000u, limit);
        Assert.Equal(NvmlReturn.Success, nvml.PerformanceState(gpu, out var state));
        Assert.Equal(2u, state);
    }

    [Fact]
    public void Energy_and_power_cost_one_call()
    {
        using var fake = new NvmlFake(NvmlMachine.OneGpu);
        var (nvml, gpu) = Open(fake);
        var before = fake.Calls();

        nvml.EnergyAndPower(gpu, out _, out _);

        Assert.Equal(before + 1, fake.Calls());
    }

    [Fact]
    public void Energy_is_not_cut_at_32_bits()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 energy 98765432109876");
        var (nvml, gpu) = Open(fake);

        nvml.EnergyAndPower(gpu, out var energy, out _);

        Assert.Equal(98_765_432_109_876ul, energy.Value);
    }

    [Fact]
    public void A_number_with_all_bits_set_is_no_number()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 power 4294967295\ngpu 0 limit 4294967295");
        var (nvml, gpu) = Open(fake);

        nvml.EnergyAndPower(gpu, out var energy, out var power);

        Assert.Equal(NvmlReturn.Success, energy.Return);
        Assert.Equal(new(NvmlReturn.NoData, 0), power);
        Assert.Equal(NvmlReturn.NoData, nvml.PowerLimit(gpu, out _));
    }

    [Fact]
    public void An_old_driver_lacks_functions_and_still_tells_what_it_can()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 process 41 700", oldDriver: true);
        var (nvml, gpu) = Open(fake);

        nvml.EnergyAndPower(gpu, out var energy, out var power);
        nvml.Memory(gpu, out var total, out var used);
        nvml.Processes(gpu, out var processes);

        Assert.Equal(new(NvmlReturn.Success, 5_000_000), energy);
        Assert.Equal(new(NvmlReturn.Success, 61_500), power);
        Assert.Equal((25_757_220_864ul, 1_613_416_960ul), (total, used)); // with what the driver reserves
        Assert.Equal([new NvmlProcess(41, 700)], processes);
    }

    [Fact]
    public void A_field_the_driver_does_not_know_is_asked_for_the_older_way()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\nerror field:83 2\nerror field:185 2\nerror field:186 2");
        var (nvml, gpu) = Open(fake);

        nvml.EnergyAndPower(gpu, out var energy, out var power);

        Assert.Equal(new(NvmlReturn.Success, 5_000_000), energy);
        Assert.Equal(new(NvmlReturn.Success, 61_500), power);
    }

    [Fact]
    public void Each_of_energy_and_power_has_its_own_return_code()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\nerror field:83 3");
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.Success, nvml.EnergyAndPower(gpu, out var energy, out var power));

        Assert.Equal(new(NvmlReturn.NotSupported, 0), energy);
        Assert.Equal(new(NvmlReturn.Success, 61_500), power);
    }

    [Theory]
    [InlineData(24, 1)]
    [InlineData(24, 2)]
    [InlineData(24, 9)]
    [InlineData(32, 1)]
    [InlineData(32, 2)]
    [InlineData(32, 9)]
    public void Processes_are_read_whatever_lies_between_them(int stride, int count)
    {
        var lines = string.Concat(Enumerable.Range(1, count).Select(n => $"gpu 0 process {n + 40} {n}000\n"));
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\nstride {stride}\n{lines}");
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.Success, nvml.Processes(gpu, out var processes));

        Assert.Equal(Enumerable.Range(1, count).Select(n => new NvmlProcess((uint)n + 40, (ulong)n * 1000)), processes);
    }

    [Fact]
    public void A_process_list_that_makes_no_sense_is_not_taken()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 process 41 1\ngpu 0 process 0 1");
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.NoData, nvml.Processes(gpu, out var processes));
        Assert.Empty(processes);
    }

    [Fact]
    public void A_process_without_a_known_memory_has_none()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 process 41 -1");
        var (nvml, gpu) = Open(fake);

        nvml.Processes(gpu, out var processes);

        Assert.Equal([new NvmlProcess(41, null)], processes);
    }

    [Fact]
    public void A_sliced_GPU_does_not_look_like_one_nobody_uses()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 mig 1");
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.NotSupported, nvml.Processes(gpu, out _));
    }

    [Fact]
    public void Samples_newer_than_a_mark_are_read()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 sample 41 1000 10\ngpu 0 sample 42 2000 90");
        var (nvml, gpu) = Open(fake);

        Assert.Equal(NvmlReturn.Success, nvml.ProcessSamples(gpu, 1000, out var samples));
        Assert.Equal([new NvmlProcessSample(42, 2000, 90)], samples);
        Assert.Equal(NvmlReturn.NotFound, nvml.ProcessSamples(gpu, 2000, out _));
    }

    [Fact]
    public void The_library_tells_its_version_before_it_is_initialised_and_nothing_else()
    {
        using var fake = new NvmlFake(NvmlMachine.OneGpu);
        var nvml = NvmlLibrary.TryLoad(fake.Library)!;

        Assert.Equal(NvmlReturn.Success, nvml.DriverVersion(out var version));
        Assert.Equal("550.163.01", version);
        Assert.Equal(NvmlReturn.Uninitialized, nvml.DeviceCount(out _));
        Assert.Equal(NvmlReturn.Uninitialized, nvml.EnergyAndPower(0, out _, out _));
        Assert.Equal(NvmlReturn.Success, nvml.Shutdown());
    }

    [Fact]
    public void Handles_end_with_the_session_they_are_of()
    {
        using var fake = new NvmlFake(NvmlMachine.OneGpu);
        var (nvml, gpu) = Open(fake);

        nvml.Shutdown();
        nvml.Init();

        Assert.Equal(NvmlReturn.InvalidArgument, nvml.Uuid(gpu, out _));
    }

    [Fact]
    public void A_library_that_is_not_there_or_not_NVML_is_null()
    {
        Assert.Null(NvmlLibrary.TryLoad("/nonexistent/libnvidia-ml.so.1"));
        Assert.Null(NvmlLibrary.TryLoad("libm.so.6"));
    }

    [Fact]
    public void The_fake_counts_watts_in_steps_of_a_tenth_of_a_second()
    {
        using var fake = new NvmlFake($"{NvmlMachine.OneGpu}\ngpu 0 power -1\ngpu 0 watts 200");
        var (nvml, gpu) = Open(fake);
        var clock = new MonotonicClock(TimeProvider.System);
        nvml.EnergyAndPower(gpu, out var first, out _);
        var last = first.Value;
        var began = clock.Now;
        var moves = 0;

        while (moves < 5 && clock.Now - began < TimeSpan.FromSeconds(20))
        {
            nvml.EnergyAndPower(gpu, out var energy, out var power);
            Assert.Equal(0ul, (energy.Value - last) % 20_000); // 200 W for 100 ms
            Assert.Equal(200_000ul, power.Value);
            moves += energy.Value > last ? 1 : 0;
            last = energy.Value;
            Thread.Sleep(5);
        }

        Assert.Equal(5, moves);
        var seconds = (clock.Now - began).TotalSeconds;
        Assert.InRange((last - first.Value) / 1e3, 200 * (seconds - 0.2), 200 * (seconds + 0.2));
    }

    private static (NvmlLibrary Nvml, nint Gpu) Open(NvmlFake fake)
    {
        var nvml = NvmlLibrary.TryLoad(fake.Library)!;
        Assert.Equal(NvmlReturn.Success, nvml.Init());
        Assert.Equal(NvmlReturn.Success, nvml.DeviceCount(out var count));
        Assert.Equal(1, count);
        Assert.Equal(NvmlReturn.Success, nvml.DeviceHandle(0, out var gpu));
        return (nvml, gpu);
    }
}
