namespace Agent.Export.Otlp;

/// <summary>A metric's name and unit over OTLP.</summary>
/// <remarks>
/// Chosen so that Prometheus, which makes its names of these (the unit's word and <c>_total</c> are appended, dots become
/// underscores), comes to the name on <c>/metrics</c>: dashboards and rules work over either way.
/// </remarks>
/// <param name="Name">With a dot behind the first word, without unit and <c>_total</c>.</param>
/// <param name="Unit">By UCUM; null where the name says it in a way that no unit does.</param>
internal sealed record OtlpName(string Name, string? Unit)
{
    private const string Total = "_total";

    private static readonly (string Word, string Unit)[] Units =
    [
        ("_joules", "J"), ("_watts", "W"), ("_seconds", "s"), ("_bytes", "By"), ("_hertz", "Hz"), ("_celsius", "Cel"),
        ("_volts", "V"), ("_amperes", "A"), ("_grams", "g"),
    ];

    public static OtlpName Of(MetricRow row)
    {
        var name = row.Name.EndsWith(Total, StringComparison.Ordinal) ? row.Name[..^Total.Length] : row.Name;
        var unit = Units.FirstOrDefault(unit => name.EndsWith(unit.Word, StringComparison.Ordinal));
        if (row.Type is MetricType.Gauge && name.EndsWith("_ratio", StringComparison.Ordinal))
        {
            unit = ("_ratio", "1"); // the unit 1 of a gauge becomes that word
        }

        name = unit.Word is null ? name : name[..^unit.Word.Length];
        var first = name.IndexOf('_', StringComparison.Ordinal);
        return new OtlpName($"{name[..first]}.{name[(first + 1)..]}", unit.Unit);
    }
}
