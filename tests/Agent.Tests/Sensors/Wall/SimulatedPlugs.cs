using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Agent.Tests.Sensors.Wall;

/// <summary>Devices as their makers' documents describe them.</summary>
internal static class SimulatedPlugs
{
    /// <summary>Shelly Plug S, first generation.</summary>
    public static RequestDelegate FirstPlug(double watts, string valid = "true", string on = "true", bool locked = false, string type = "SHPLG-S") => PlugServer.Knows(
        ("/shelly", First(type, locked, """ "num_outputs":1,"num_meters":1 """)),
        ("/status", $$"""
            {"wifi_sta":{"connected":true,"ssid":"home","ip":"192.168.1.20","rssi":-61},"cloud":{"enabled":false,"connected":false},
             "relays":[{"ison":{{on}},"has_timer":false,"overpower":false,"source":"http"}],
             "meters":[{"power":{{Text(watts)}},"overpower":0.00,"is_valid":{{valid}},"timestamp":1700000000,"counters":[61.1,60.9,62.0],"total":123456}],
             "temperature":31.2,"overtemperature":false,"ram_total":52072,"ram_free":38824,"uptime":3600}
            """));

    /// <summary>Shelly EM: two clamps, and a relay for something else, which is off.</summary>
    public static RequestDelegate FirstEm(params double[] watts) => PlugServer.Knows(
        ("/shelly", First("SHEM", false, """ "num_outputs":1,"num_meters":0,"num_emeters":2 """)),
        ("/status", $$"""
            {"relays":[{"ison":false,"has_timer":false,"overpower":false,"is_valid":true}],
             "emeters":[{{string.Join(',', watts.Select(power => $$"""{"power":{{Text(power)}},"reactive":-8.2,"pf":0.98,"voltage":231.4,"is_valid":true,"total":91.2,"total_returned":0.0}"""))}}],
             "uptime":3600}
            """));

    /// <summary>Shelly Plus Plug S, second generation.</summary>
    public static RequestDelegate PlusPlug(double watts, string on = "true", string errors = "", bool locked = false) =>
        Later("PlusPlugS", "SNPL-00112EU", 2, locked, ("switch", "Switch", 0, Switch(watts, on, errors)));

    /// <summary>Shelly PM Mini, third generation: a meter without a relay.</summary>
    public static RequestDelegate PmMini(double watts) => Later("MiniPMG3", "S3PM-001PCEU16", 3, false, ("pm1", "PM1", 0, $$"""
        {"id":0,"voltage":230.1,"current":0.271,"apower":{{Text(watts)}},"freq":50.0,"aenergy":{"total":1234.5,"by_minute":[1.0,1.0,1.0],"minute_ts":1700000000},
         "ret_aenergy":{"total":0.0,"by_minute":[0.0,0.0,0.0],"minute_ts":1700000000} }
        """));

    /// <summary>Shelly Pro 3EM: one meter of three phases.</summary>
    public static RequestDelegate Pro3Em(double watts, string errors = "") => Later("Pro3EM", "SPEM-003CEBEU", 2, false, ("em", "EM", 0, $$"""
        {"id":0,"a_current":4.029,"a_voltage":236.1,"a_act_power":951.2,"a_aprt_power":951.9,"a_pf":1,"a_freq":50,
         "n_current":null,"total_current":11.116,"total_act_power":{{Text(watts)}},"total_aprt_power":2525.7,"user_calibrated_phase":[]{{errors}} }
        """));

    /// <summary>Shelly Pro 2PM, two relays with a meter each.</summary>
    public static RequestDelegate Pro2Pm(double first, double second) => Later(
        "Pro2PM", "SPSW-202PE16EU", 2, false, ("switch", "Switch", 0, Switch(first)), ("switch", "Switch", 1, Switch(second)));

    /// <summary>Shelly Plus 1: a relay that measures nothing.</summary>
    public static RequestDelegate Plus1() => Later(
        "Plus1", "SNSW-001X16EU", 2, false, ("switch", "Switch", 0, """{"id":0,"source":"init","output":true,"temperature":{"tC":45.1,"tF":113.2}}"""));

    /// <summary>Shelly EM Gen3: clamps that are meters of one phase each.</summary>
    public static RequestDelegate Em1(double first, double second) => Later(
        "EMG3", "S3EM-002CXCEU", 3, false, ("em1", "EM1", 0, Clamp(0, first)), ("em1", "EM1", 1, Clamp(1, second)));

    /// <summary>A Tasmota device.</summary>
    /// <param name="energy">What stands at ENERGY; empty: there is no such thing.</param>
    public static RequestDelegate Tasmota(string energy) => TasmotaAnswer(
        $$"""{"StatusSNS":{"Time":"2026-01-02T03:04:05" {{(energy.Length > 0 ? $",\"ENERGY\":{energy}" : "")}} } }""");

    public static RequestDelegate TasmotaAnswer(string text) => PlugServer.Knows(("/cm?cmnd=Status%208", text));

    /// <summary>A Tasmota device that wants its user and password in the query.</summary>
    public static RequestDelegate LockedTasmota(string password, int status) => context =>
        context.Request.Path == "/cm" && context.Request.Query["user"] == "admin" && context.Request.Query["password"] == password
            && context.Request.Query["cmnd"] == "Status 8"
            ? PlugServer.AnswerAsync(context, """{"StatusSNS":{"Time":"2026-01-02T03:04:05","ENERGY":{"Power":70}}}""")
            : PlugServer.AnswerAsync(context, """{"WARNING":"Need user=<username>&password=<password>"}""", status);

    private static RequestDelegate Later(string app, string model, int generation, bool locked, params (string Kind, string Method, int Id, string Status)[] parts) => PlugServer.Knows(
    [
        ("/shelly", $$"""
            {"name":null,"id":"shelly-a8032ab12345","mac":"A8032AB12345","slot":0,"model":"{{model}}","gen":{{generation}},
             "fw_id":"20231107-164738/1.0.8-g8192e75","ver":"1.0.8","app":"{{app}}","auth_en":{{(locked ? "true" : "false")}},"auth_domain":null}
            """),
        ("/rpc/Shelly.GetStatus", $$"""
            {"ble":{},"cloud":{"connected":false},{{string.Concat(parts.Select(part => $"\"{part.Kind}:{part.Id}\":{part.Status},"))}}
             "sys":{"mac":"A8032AB12345","restart_required":false,"uptime":3600},"wifi":{"sta_ip":"192.168.1.21","status":"got ip","rssi":-50} }
            """),
        .. parts.Select(part => ($"/rpc/{part.Method}.GetStatus?id={part.Id}", part.Status)),
    ]);

    private static string First(string type, bool locked, string more) =>
        $$"""{"type":"{{type}}","mac":"A4CF12F45678","auth":{{(locked ? "true" : "false")}},"fw":"20230913-114150/v1.14.0-gcb84623","longid":1,{{more}}}""";

    private static string Switch(double watts, string on = "true", string errors = "") => $$"""
        {"id":0,"source":"init","output":{{on}},"apower":{{Text(watts)}},"voltage":230.4,"current":0.271,
         "aenergy":{"total":1234.5,"by_minute":[1.0,1.0,1.0],"minute_ts":1700000000},"temperature":{"tC":41.2,"tF":106.2} {{errors}} }
        """;

    private static string Clamp(int id, double watts) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":{{id}},"current":2.598,"voltage":234.9,"act_power":{{watts}},"aprt_power":612.4,"pf":0.84,"freq":50.0,"calibration":"factory"}""");

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
