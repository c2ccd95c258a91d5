namespace Agent.Config;

/// <summary>Chips that the kernel shows under class/hwmon: AMD and Intel GPUs, ACPI power meters, power monitors on boards.</summary>
internal sealed class HwmonConfig
{
    /// <summary>Default auto.</summary>
    public Enabled Enabled { get; set; } = Enabled.Auto;

    /// <summary>
    /// What measures the whole machine, as chip/label or chip/file (ina3221/VDD_IN, ina226/power1); empty: only what is known
    /// to (an ACPI power meter). Default empty.
    /// </summary>
    public string WholeMachine { get; set; } = "";
}
