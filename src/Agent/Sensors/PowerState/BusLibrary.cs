using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Sensors.PowerState;

/// <summary>systemd's library, as every machine with systemd has it. Once loaded it stays.</summary>
internal sealed unsafe class BusLibrary
{
    /// <summary>The name under which the loader finds it.</summary>
    public const string Name = "libsystemd.so.0";

    private readonly BusExports _exports;

    private BusLibrary(BusExports exports) => _exports = exports;

    /// <summary>Null where the loader does not find it, or where it is another library.</summary>
    /// <param name="library">A name the loader finds, or a path.</param>
    public static BusLibrary? TryLoad(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            return null;
        }

        var exports = new BusExports(handle);
        return exports.Whole ? new(exports) : null;
    }

    /// <summary>Begins to connect; whether the bus lets us in shows later.</summary>
    /// <param name="address">Where it listens; empty: the system bus.</param>
    /// <returns>The connection, or a negative error.</returns>
    public (BusConnection? Bus, int Error) Open(string address)
    {
        nint bus = 0;
        if (address.Length == 0)
        {
            var opened = _exports.OpenSystem(&bus);
            return opened < 0 ? (null, opened) : (new BusConnection(_exports, bus), 0);
        }

        var error = _exports.New(&bus);
        if (error < 0)
        {
            return (null, error);
        }

        fixed (byte* text = Encoding.UTF8.GetBytes($"{address}\0"))
        {
            error = _exports.SetAddress(bus, text);
        }

        error = error < 0 ? error : _exports.SetBusClient(bus, 1);
        error = error < 0 ? error : _exports.Start(bus);
        if (error >= 0)
        {
            return (new BusConnection(_exports, bus), 0);
        }

        _exports.Unref(bus);
        return (null, error);
    }
}
