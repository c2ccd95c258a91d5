using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Sensors.Hwmon;

/// <summary>What chips tell through the kernel's hwmon: GPUs of AMD and Intel, meters of the whole machine, rails of boards.</summary>
internal sealed class HwmonSensor(HwmonConfig config, PathsConfig paths, MonotonicClock clock) : ISensor, IDisposable
{
    public const string Name = "hwmon";

    /// <summary>Chips come and go with modules and plugs.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly Sysfs _sysfs = new(paths.Sysfs);
    private readonly KfdProcesses _kfd = new(new Sysfs(paths.Sysfs), paths.Procfs);
    private readonly Dictionary<string, HwmonGpu> _gpus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HwmonChannel> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Device> _gone = new(StringComparer.Ordinal);
    private readonly Pace _pace = new(LookEvery);
    private long _registrations;

    /// <summary>The kernel's own drivers are of its version.</summary>
    private string Kernel
    {
        get
        {
            var file = Path.Combine(paths.Procfs, "sys/kernel/osrelease");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
        }
    }

    public IReadOnlyList<Finding> Check()
    {
        if (config.Enabled == Enabled.False)
        {
            return [HwmonFindings.SwitchedOff];
        }

        var found = HwmonFound.In(_sysfs, config.WholeMachine);
        return HwmonFindings.Of(_sysfs, found, Cards(found), _kfd, config);
    }

    public IEnumerable<LedgerEvent> Read()
    {
        if (config.Enabled == Enabled.False)
        {
            yield break;
        }

        if (_pace.IsDue(clock.Now))
        {
            foreach (var told in Look())
            {
                yield return told;
            }
        }

        foreach (var told in _gpus.Values.SelectMany(gpu => gpu.Read(clock)))
        {
            yield return told;
        }

        foreach (var told in _channels.Values.SelectMany(channel => channel.Read(clock)))
        {
            yield return told;
        }

        foreach (var device in _gone.Values)
        {
            yield return new LedgerEvent.DeviceRead(clock.Now, device, new Reading.Missing(
                MissingCause.Gone, $"{device.Id} is not there any more: its driver was unloaded, or it was taken out."));
        }
    }

    public void Dispose()
    {
        foreach (var open in _gpus.Values.Concat<IDisposable>(_channels.Values))
        {
            open.Dispose();
        }
    }

    private List<LedgerEvent> Look()
    {
        var found = HwmonFound.In(_sysfs, config.WholeMachine);
        _kfd.Look();
        var cards = Cards(found).ToDictionary(card => card.Device.Id, StringComparer.Ordinal);
        var events = Keep(_gpus, cards, gpu => gpu.Card, (_, card) => new HwmonGpu(_sysfs, card, _kfd, ++_registrations), card => card.Device)
            .ConvertAll<LedgerEvent>(id => new LedgerEvent.GpuFound(clock.Now, cards[id].Description));
        var channels = Channels(found.Boards, DeviceKind.Board).Concat(Channels(found.Rails, DeviceKind.Rail))
            .ToDictionary(channel => channel.Device.Id, StringComparer.Ordinal);
        Keep(_channels, channels, channel => (channel.Device, channel.Quantity),
            (_, channel) => new HwmonChannel(_sysfs, channel.Device, channel.Quantity, channel.Quantity.Open(_sysfs, ++_registrations)), channel => channel.Device);
        if (config.WholeMachine.Length > 0)
        {
            events.Add(new LedgerEvent.SensorChecked(clock.Now, Name, found.WholeMachineMissing ? HwmonFindings.Missing(found, config) : null));
        }

        return events;
    }

    private IEnumerable<GpuCard> Cards(HwmonFound found) => found.Gpus.Select((chip, index) => GpuCard.Of(_sysfs, chip, index, Kernel));

    private static IEnumerable<(Device Device, HwmonQuantity Quantity)> Channels(IReadOnlyDictionary<string, HwmonQuantity> quantities, DeviceKind kind) =>
        quantities.Select(pair => (new Device(kind, pair.Key, $"{Name}:{pair.Key}"), pair.Value));

    /// <summary>Opens what is new, closes what is gone or is another one now.</summary>
    /// <returns>What was opened.</returns>
    private List<string> Keep<TOpen, TFound>(
        Dictionary<string, TOpen> open, Dictionary<string, TFound> found, Func<TOpen, TFound> of, Func<string, TFound, TOpen> opened, Func<TFound, Device> device)
        where TOpen : IDisposable
    {
        foreach (var (id, one) in open.Where(pair => !found.TryGetValue(pair.Key, out var now) || !Equals(now, of(pair.Value))).ToArray())
        {
            _gone[id] = device(of(one));
            one.Dispose();
            open.Remove(id);
        }

        List<string> added = [.. found.Keys.Where(id => !open.ContainsKey(id))];
        foreach (var id in added)
        {
            _gone.Remove(id);
            open[id] = opened(id, found[id]);
        }

        return added;
    }
}
