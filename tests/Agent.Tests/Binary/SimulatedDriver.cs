using System.Globalization;
using System.Text;
using Agent.Sensors.Nvml;
using Agent.Simulation;
using Agent.Tests.Sensors.Nvml;

namespace Agent.Tests.Binary;

/// <summary>Shows the GPUs of a simulated machine to another process, by the fake driver library.</summary>
internal sealed class SimulatedDriver : IAsyncDisposable
{
    private readonly NvmlFake _fake = new("");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-driver-");
    private readonly INvml _nvml;
    private readonly nint[] _devices;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _writing;

    public SimulatedDriver(SimulatedMachine machine)
    {
        _nvml = machine.Nvml;
        Assert.Equal(NvmlReturn.Success, _nvml.Init());
        _nvml.DeviceCount(out var count);
        _devices = [.. Enumerable.Range(0, count).Select(index => _nvml.DeviceHandle(index, out var device) is NvmlReturn.Success ? device : 0)];
        Write();
        _writing = WriteAsync();
    }

    public string Library => _fake.Library;

    public string StateFile => Path.Combine(_folder.FullName, "state");

    /// <summary>What the counters showed when they were written last, by GPU, in joules.</summary>
    public IReadOnlyDictionary<string, double> Joules { get; private set; } = new Dictionary<string, double>();

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _writing;
        _over.Dispose();
        _folder.Delete(recursive: true);
        _fake.Dispose();
    }

    private async Task WriteAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            await Task.Delay(SimulatedMachine.Pace, CancellationToken.None);
            Write();
        }
    }

    /// <summary>Writes what the GPUs show now.</summary>
    private void Write()
    {
        var joules = new Dictionary<string, double>();
        var text = new StringBuilder($"driver {SimulatedNvml.Driver}\n");
        for (var i = 0; i < _devices.Length; i++)
        {
            var gpu = string.Create(CultureInfo.InvariantCulture, $"gpu {i}");
            var device = _devices[i];
            _nvml.Uuid(device, out var uuid);
            _nvml.PciBusId(device, out var bus);
            _nvml.Architecture(device, out var architecture);
            _nvml.EnergyAndPower(device, out var energy, out var power);
            joules[uuid] = energy.Value / 1e3;
            _nvml.GpuUtilization(device, out var utilization);
            _nvml.Processes(device, out var processes);
            _nvml.ProcessSamples(device, 0, out var samples);
            text.Append(CultureInfo.InvariantCulture, $"{gpu} uuid {uuid}\n{gpu} bus {bus}\n{gpu} architecture {architecture}\n");
            text.Append(CultureInfo.InvariantCulture, $"{gpu} energy {energy.Value}\n{gpu} power {power.Value}\n{gpu} utilization {utilization}\n");
            foreach (var process in processes)
            {
                text.Append(CultureInfo.InvariantCulture, $"{gpu} process {process.Pid} {process.UsedMemory ?? 0}\n");
            }

            foreach (var sample in samples.TakeLast(32))
            {
                text.Append(CultureInfo.InvariantCulture, $"{gpu} sample {sample.Pid} {sample.Timestamp} {sample.SmPercent}\n");
            }
        }

        File.WriteAllText($"{StateFile}.new", text.ToString());
        File.Move($"{StateFile}.new", StateFile, overwrite: true);
        Joules = joules;
    }
}
