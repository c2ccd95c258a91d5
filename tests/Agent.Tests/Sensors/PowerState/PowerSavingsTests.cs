using Agent.Core.Machine;

namespace Agent.Tests.Sensors.PowerState;

public sealed class PowerSavingsTests
{
    [Fact]
    public void Each_kind_tells_how_many_devices_have_it_on_and_off()
    {
        using var machine = new CpuFixture();
        machine.Sys("bus/pci/devices/0000:00:02.0/power/control", "auto");
        machine.Sys("bus/pci/devices/0000:00:1f.3/power/control", "on");
        machine.Sys("bus/pci/devices/0000:00:1f.4/power/control", "on");
        machine.Sys("bus/pci/devices/0000:00:1f.5/power/control", "nonsense");
        machine.Sys("bus/usb/devices/1-4/idVendor", "046d").Sys("bus/usb/devices/1-4/power/control", "on");
        machine.Sys("bus/usb/devices/usb1/idVendor", "1d6b").Sys("bus/usb/devices/usb1/power/control", "auto");
        machine.Sys("bus/usb/devices/1-4:1.0/power/control", "auto"); // an interface, no device
        machine.Sys("class/scsi_host/host0/link_power_management_policy", "max_performance");
        machine.Sys("class/scsi_host/host1/link_power_management_policy", "med_power_with_dipm");
        machine.Sys("class/scsi_host/host2/proc_name", "usb-storage");
        machine.Sys("module/snd_hda_intel/parameters/power_save", "1");
        machine.Sys("module/pcie_aspm/parameters/policy", "default [performance] powersave powersupersave");
        machine.Proc("sys/kernel/nmi_watchdog", "1").Cpu("online", "0");

        Assert.Equal(
            new SortedDictionary<string, PowerSaving>
            {
                ["audio_codec"] = new(1, 0),
                ["nmi_watchdog"] = new(0, 1),
                ["pci_runtime_pm"] = new(1, 2),
                ["pcie_aspm"] = new(0, 1),
                ["sata_link_power"] = new(1, 1),
                ["usb_autosuspend"] = new(1, 1),
            },
            new SortedDictionary<string, PowerSaving>(machine.Look().Savings));
    }

    [Fact]
    public void They_are_looked_for_once_a_minute()
    {
        using var machine = new CpuFixture();
        machine.Cpu("online", "0").Sys("bus/pci/devices/0000:00:02.0/power/control", "on");
        machine.Look();
        machine.Sys("bus/pci/devices/0000:00:02.0/power/control", "auto");

        var offs = Enumerable.Range(0, 6).Select(_ => machine.Look().Savings["pci_runtime_pm"].Off);

        Assert.Equal([1, 1, 1, 1, 1, 0], offs);
    }
}
