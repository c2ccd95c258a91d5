"""A daemon as they are since 0.20: one object under two names, and every change signalled under both."""

import dbus

BUS_NAME = "org.freedesktop.UPower.PowerProfiles"
MAIN_OBJ = "/org/freedesktop/UPower/PowerProfiles"
MAIN_IFACE = BUS_NAME
SYSTEM_BUS = True

OLD_NAME = "net.hadess.PowerProfiles"
OLD_OBJ = "/net/hadess/PowerProfiles"

CONTROL = "org.example.Control"


def properties():
    maps = [{"Profile": name, "Driver": "test"} for name in ("power-saver", "balanced", "performance")]
    return dbus.Dictionary({
        "ActiveProfile": "balanced",
        "PerformanceDegraded": "",
        "PerformanceInhibited": "",
        "Version": "0.30",
        "Profiles": dbus.Array([dbus.Dictionary(entry, signature="sv") for entry in maps], signature="a{sv}"),
        "Actions": dbus.Array([], signature="s"),
        "ActiveProfileHolds": dbus.Array([], signature="a{sv}"),
        "BatteryAware": True,
    }, signature="sv")


def load(mock, parameters):
    mock.AddProperties(MAIN_IFACE, properties())
    mock.old_name = dbus.service.BusName(OLD_NAME, mock.connection)
    mock.AddObject(OLD_OBJ, OLD_NAME, properties(), [])
    mock.AddMethod(CONTROL, "Choose", "s", "", (
        "import dbusmock\n"
        f"self.UpdateProperties('{MAIN_IFACE}', {{'ActiveProfile': args[0]}})\n"
        f"dbusmock.get_object('{OLD_OBJ}').UpdateProperties('{OLD_NAME}', {{'ActiveProfile': args[0]}})\n"))
