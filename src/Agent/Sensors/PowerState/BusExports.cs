using System.Runtime.InteropServices;

namespace Agent.Sensors.PowerState;

/// <summary>
/// The functions of libsystemd.so.0 that talk to a message bus, as sd-bus.h declares them. Null is one this version does not
/// have. What is negative is an error of errno.h.
/// </summary>
/// <remarks>
/// None is variadic: such a call cannot be made through a pointer. None waits, but for the connection's own socket. A bus may be used
/// by any thread, by one at a time. See sd-bus(3).
/// </remarks>
internal sealed unsafe class BusExports(nint library)
{
    /// <summary>Honours DBUS_SYSTEM_BUS_ADDRESS.</summary>
    public readonly delegate* unmanaged<nint*, int> OpenSystem = (delegate* unmanaged<nint*, int>)Find(library, "sd_bus_open_system");

    public readonly delegate* unmanaged<nint*, int> New = (delegate* unmanaged<nint*, int>)Find(library, "sd_bus_new");

    public readonly delegate* unmanaged<nint, byte*, int> SetAddress =
        (delegate* unmanaged<nint, byte*, int>)Find(library, "sd_bus_set_address");

    /// <summary>There is a bus at the other end, not a single program.</summary>
    public readonly delegate* unmanaged<nint, int, int> SetBusClient =
        (delegate* unmanaged<nint, int, int>)Find(library, "sd_bus_set_bus_client");

    public readonly delegate* unmanaged<nint, int> Start = (delegate* unmanaged<nint, int>)Find(library, "sd_bus_start");

    /// <summary>Drops what is queued, without waiting for it to be sent.</summary>
    public readonly delegate* unmanaged<nint, void> Close = (delegate* unmanaged<nint, void>)Find(library, "sd_bus_close");

    public readonly delegate* unmanaged<nint, nint> Unref = (delegate* unmanaged<nint, nint>)Find(library, "sd_bus_unref");

    public readonly delegate* unmanaged<nint, int> GetFd = (delegate* unmanaged<nint, int>)Find(library, "sd_bus_get_fd");

    /// <summary>As poll(2) has them.</summary>
    public readonly delegate* unmanaged<nint, int> GetEvents = (delegate* unmanaged<nint, int>)Find(library, "sd_bus_get_events");

    /// <summary>Microseconds on CLOCK_MONOTONIC, not from now; all bits: never.</summary>
    public readonly delegate* unmanaged<nint, ulong*, int> GetTimeout =
        (delegate* unmanaged<nint, ulong*, int>)Find(library, "sd_bus_get_timeout");

    /// <summary>Above 0 where something was done: then there may be more. The message is ours.</summary>
    public readonly delegate* unmanaged<nint, nint*, int> Process =
        (delegate* unmanaged<nint, nint*, int>)Find(library, "sd_bus_process");

    /// <summary>Queues it; its number is what its reply answers.</summary>
    public readonly delegate* unmanaged<nint, nint, ulong*, int> Send =
        (delegate* unmanaged<nint, nint, ulong*, int>)Find(library, "sd_bus_send");

    /// <summary>Destination, path, interface, member.</summary>
    public readonly delegate* unmanaged<nint, nint*, byte*, byte*, byte*, byte*, int> NewMethodCall =
        (delegate* unmanaged<nint, nint*, byte*, byte*, byte*, byte*, int>)Find(library, "sd_bus_message_new_method_call");

    public readonly delegate* unmanaged<nint, nint> UnrefMessage = (delegate* unmanaged<nint, nint>)Find(library, "sd_bus_message_unref");

    /// <summary>Whether the bus starts the program that the message is for.</summary>
    public readonly delegate* unmanaged<nint, int, int> SetAutoStart =
        (delegate* unmanaged<nint, int, int>)Find(library, "sd_bus_message_set_auto_start");

    /// <summary>A type, and the text itself or the place of a number.</summary>
    public readonly delegate* unmanaged<nint, byte, void*, int> AppendBasic =
        (delegate* unmanaged<nint, byte, void*, int>)Find(library, "sd_bus_message_append_basic");

    public readonly delegate* unmanaged<nint, byte*, int> GetKind =
        (delegate* unmanaged<nint, byte*, int>)Find(library, "sd_bus_message_get_type");

    public readonly delegate* unmanaged<nint, ulong*, int> GetReplyCookie =
        (delegate* unmanaged<nint, ulong*, int>)Find(library, "sd_bus_message_get_reply_cookie");

    public readonly delegate* unmanaged<nint, byte*> GetSender = (delegate* unmanaged<nint, byte*>)Find(library, "sd_bus_message_get_sender");

    public readonly delegate* unmanaged<nint, byte*> GetMember = (delegate* unmanaged<nint, byte*>)Find(library, "sd_bus_message_get_member");

    /// <summary>Null, or the place of an error's name.</summary>
    public readonly delegate* unmanaged<nint, byte**> GetError = (delegate* unmanaged<nint, byte**>)Find(library, "sd_bus_message_get_error");

    /// <summary>Back to its beginning, where it is 1; else to that of the container one is in.</summary>
    public readonly delegate* unmanaged<nint, int, int> Rewind = (delegate* unmanaged<nint, int, int>)Find(library, "sd_bus_message_rewind");

    /// <summary>A type, and the place for a text's place or for a number; 0 at an array's end.</summary>
    public readonly delegate* unmanaged<nint, byte, void*, int> ReadBasic =
        (delegate* unmanaged<nint, byte, void*, int>)Find(library, "sd_bus_message_read_basic");

    /// <summary>What comes next, and for a container what is in it; 0 at an array's end.</summary>
    public readonly delegate* unmanaged<nint, byte*, byte**, int> PeekType =
        (delegate* unmanaged<nint, byte*, byte**, int>)Find(library, "sd_bus_message_peek_type");

    /// <summary>0 at an array's end.</summary>
    public readonly delegate* unmanaged<nint, byte, byte*, int> EnterContainer =
        (delegate* unmanaged<nint, byte, byte*, int>)Find(library, "sd_bus_message_enter_container");

    public readonly delegate* unmanaged<nint, int> ExitContainer = (delegate* unmanaged<nint, int>)Find(library, "sd_bus_message_exit_container");

    public readonly delegate* unmanaged<nint, byte*, int> Skip = (delegate* unmanaged<nint, byte*, int>)Find(library, "sd_bus_message_skip");

    /// <summary>Nothing is missing; all of these are there since 2015.</summary>
    public bool Whole =>
        OpenSystem != null && New != null && SetAddress != null && SetBusClient != null && Start != null && Close != null && Unref != null
        && GetFd != null && GetEvents != null && GetTimeout != null && Process != null && Send != null
        && NewMethodCall != null && UnrefMessage != null && SetAutoStart != null && AppendBasic != null
        && GetKind != null && GetReplyCookie != null && GetSender != null && GetMember != null && GetError != null
        && Rewind != null && ReadBasic != null && PeekType != null && EnterContainer != null && ExitContainer != null && Skip != null;

    private static nint Find(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;
}
