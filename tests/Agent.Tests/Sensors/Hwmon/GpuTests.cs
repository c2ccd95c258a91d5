using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Tests.Sensors.Hwmon;

public sealed class GpuTests : IDisposable
{
    private readonly HwmonMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_card_of_amd_is_a_gpu_with_its_power_and_its_state()
    {
        _machine.Gpu("amdgpu", "active", "on", "power1_average=38000000", "power1_cap=255000000", "power1_cap_max=293000000", "temp1_input=52000", "freq1_input=500000000")
            .Pci("unique_id", "7d8a5c1b2e3f4a5b").Pci("product_name", "Radeon PRO W7900").Pci("gpu_busy_percent", "3").Pci("mem_info_vram_used", "1048576");

        var told = _machine.Read();

        var read = Assert.Single(told.OfType<LedgerEvent.DeviceRead>());
        Assert.Equal((DeviceKind.Gpu, "GPU-7d8a5c1b2e3f4a5b", "hwmon:GPU-7d8a5c1b2e3f4a5b"), (read.Device.Kind, read.Device.Id, read.Device.Sensor));
        Assert.Equal(38, Assert.IsType<Reading.Power>(read.Reading).Now.Value);
        var gpu = Assert.Single(told.OfType<LedgerEvent.GpuFound>()).Gpu;
        Assert.Equal(("Radeon PRO W7900", "amd", HwmonMachine.Card), (gpu.Name, gpu.Vendor, gpu.PciBusId));
        var state = Assert.Single(told.OfType<LedgerEvent.GpuStateRead>()).State;
        Assert.Equal((0.03, 1048576, 52, 500e6, 255, 293, "active"), (state.UtilizationRatio, state.MemoryUsedBytes, state.TemperatureCelsius, state.SmClockHertz, state.PowerLimitWatts, state.MaxPowerLimitWatts, state.RuntimeStatus));
        Assert.Null(state.MinPowerLimitWatts);
    }

    [Theory]
    [InlineData("in1_input=800", "power1_cap=15000000")] // a processor whose cap can be set
    [InlineData("in0_input=800", "temp1_input=40000")] // one whose cap cannot
    public void A_gpu_in_the_processor_is_shown_and_never_booked(string first, string second)
    {
        _machine.Gpu("amdgpu", "active", "on", "power1_input=7000000", first, second);

        var device = _machine.Device().Device;

        Assert.Equal((DeviceKind.IntegratedGpu, null), (device.Kind, device.Component));
        Assert.Contains("part of the processor", _machine.Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_sleeps_is_left_so_and_is_read_when_something_wakes_it()
    {
        _machine.Gpu("amdgpu", "suspended", "auto", "power1_average=9000000", "power1_cap=100000000");

        var told = _machine.Read();
        Assert.IsType<Reading.Asleep>(Assert.Single(told.OfType<LedgerEvent.DeviceRead>()).Reading);
        Assert.Equal(new GpuState { RuntimeStatus = "suspended" }, Assert.Single(told.OfType<LedgerEvent.GpuStateRead>()).State);
        Assert.Contains("sleeps, and is left so", _machine.Check(), StringComparison.Ordinal);

        _machine.Pci("power/runtime_status", "resuming");
        Assert.IsType<Reading.Asleep>(_machine.Device().Reading);
        _machine.Pci("power/runtime_status", "active");
        Assert.IsType<Reading.Power>(_machine.Device().Reading);
    }

    [Fact]
    public void One_that_may_sleep_and_is_idle_is_left_alone_for_as_long_as_it_needs_to_fall_asleep()
    {
        _machine.Gpu("amdgpu", "active", "auto", "power1_average=9000000", "power1_cap=100000000").Pci("gpu_busy_percent", "0");

        Assert.All(_machine.Read(10), reading => Assert.IsType<Reading.Power>(reading));
        Assert.All(_machine.Read(11), reading => Assert.Contains("left alone", Assert.IsType<Reading.Missing>(reading).Reason, StringComparison.Ordinal));

        // A screen keeps it up: it is tried again in minutes.
        Assert.All(_machine.Read(290), reading => Assert.IsType<Reading.Power>(reading));
        Assert.Contains(_machine.Read(20), reading => reading is Reading.Missing);
    }

    [Fact]
    public void One_that_tells_power_only_is_not_left_alone_for_longer_than_power_can_be_added_up()
    {
        _machine.Gpu("amdgpu", "active", "auto", "power1_average=9000000", "power1_cap=100000000").Pci("gpu_busy_percent", "0").Pci("power/autosuspend_delay_ms", "20000");

        Assert.All(_machine.Read(60), reading => Assert.IsType<Reading.Power>(reading));
    }

    [Fact]
    public void A_processor_with_graphics_that_looks_like_a_card_is_known_by_its_name()
    {
        _machine.Gpu("amdgpu", "active", "on", "power1_average=300000000", "power1_cap=550000000").Pci("device", "0x74a0");

        Assert.Equal(DeviceKind.IntegratedGpu, _machine.Device().Device.Kind);
    }

    [Fact]
    public void A_limit_that_is_switched_off_is_no_limit_of_nothing()
    {
        _machine.Gpu("i915", "active", "on", "energy1_input=1000000", "power1_max=0");

        Assert.Null(Assert.Single(_machine.Read().OfType<LedgerEvent.GpuStateRead>()).State.PowerLimitWatts);
    }

    [Fact]
    public void One_that_works_or_must_not_sleep_is_read_on_and_on()
    {
        _machine.Gpu("amdgpu", "active", "auto", "power1_average=90000000", "power1_cap=100000000").Pci("gpu_busy_percent", "80");
        Assert.All(_machine.Read(30), reading => Assert.IsType<Reading.Power>(reading));

        _machine.Pci("gpu_busy_percent", "0").Pci("power/control", "on");
        Assert.All(_machine.Read(30), reading => Assert.IsType<Reading.Power>(reading));
    }

    [Fact]
    public void One_that_a_process_holds_memory_on_is_read_on_and_on()
    {
        _machine.Gpu("amdgpu", "active", "auto", "power1_average=9000000", "power1_cap=100000000").Pci("gpu_busy_percent", "0");
        Kfd(process: 4711);

        Assert.All(_machine.Read(30), reading => Assert.IsType<Reading.Power>(reading));
    }

    [Fact]
    public void Processes_are_those_that_hold_memory_on_the_card()
    {
        _machine.Gpu("amdgpu", "active", "on", "power1_average=38000000", "power1_cap=255000000");
        Kfd(process: 4711);
        _machine.Process(4712).Put("class/kfd/kfd/proc/4712/vram_4242", "0");

        Assert.Equal([new GpuProcess(4711, 4294967296)], Assert.Single(_machine.Read().OfType<LedgerEvent.GpuProcessesRead>()).Processes!.Value);
    }

    [Theory]
    [InlineData("class/kfd/kfd/proc/4711/vram_4242", "0")] // by Vulkan it does not show
    [InlineData("class/kfd/kfd/proc/99/vram_4242", "1")] // another pid namespace's
    public void Where_no_process_of_this_machine_is_listed_nobody_knows_who_is_there(string file, string bytes)
    {
        _machine.Gpu("amdgpu", "active", "on", "power1_average=38000000", "power1_cap=255000000");
        Kfd();
        _machine.Process(4711).Put(file, bytes);

        Assert.Null(Assert.Single(_machine.Read().OfType<LedgerEvent.GpuProcessesRead>()).Processes);
    }

    [Fact]
    public void A_card_of_intel_is_one_device_although_its_tiles_have_chips_too()
    {
        _machine.Gpu("i915", "active", "on", "energy1_input=70000000", "power1_max=190000000").Chip(HwmonMachine.Card, "i915_gt0", "energy1_input=60000000");

        Assert.Equal([$"Gpu PCI-{HwmonMachine.Card} 70 J"], _machine.Devices());
    }

    [Fact]
    public void Of_card_and_package_the_card_is_taken_whatever_their_order()
    {
        _machine.Gpu("xe", "active", "on", "energy1_input=50000000", "energy1_label=pkg", "energy2_input=70000000", "energy2_label=card");

        Assert.Equal([$"Gpu PCI-{HwmonMachine.Card} 70 J"], _machine.Devices());
    }

    [Fact]
    public void A_card_without_utilisation_is_idle_while_it_draws_what_it_does_at_rest()
    {
        _machine.Gpu("i915", "active", "auto", "energy1_input=0");
        var joules = 0;
        Assert.All(Draw(watts: 12, seconds: 5), reading => Assert.IsType<Reading.Counter>(reading));
        Assert.All(Draw(watts: 100, seconds: 30), reading => Assert.IsType<Reading.Counter>(reading));
        Assert.Contains(Draw(watts: 12, seconds: 12), reading => reading is Reading.Missing);

        List<Reading> Draw(int watts, int seconds)
        {
            var readings = new List<Reading>();
            for (var second = 0; second < seconds; second++)
            {
                _machine.Tell("energy1_input", $"{joules += watts}000000");
                readings.AddRange(_machine.Read(1));
            }

            return readings;
        }
    }

    [Fact]
    public void A_card_that_tells_nothing_says_what_could_help()
    {
        _machine.Gpu("xe", "active", "on", "temp2_input=40000");

        Assert.Contains("A newer kernel may", Assert.IsType<Reading.Missing>(_machine.Device().Reading).Reason, StringComparison.Ordinal);
        Assert.StartsWith("Bad Intel GPU 0x1234", _machine.Check(), StringComparison.Ordinal);
    }

    private void Kfd(int? process = null)
    {
        _machine.Put("class/kfd/kfd/topology/nodes/0/gpu_id", "0").Put("class/kfd/kfd/topology/nodes/0/properties", "location_id 0\ndomain 0")
            .Put("class/kfd/kfd/topology/nodes/1/gpu_id", "4242").Put("class/kfd/kfd/topology/nodes/1/properties", "simd_count 160\nlocation_id 768\ndomain 0");
        if (process is { } pid)
        {
            _machine.Process(pid).Put($"class/kfd/kfd/proc/{pid}/vram_4242", "4294967296");
        }
    }
}
