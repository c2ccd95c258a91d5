using System.Collections.Frozen;
using System.Globalization;

namespace Agent.Grid;

/// <summary>What a kilowatt hour of each country's grid emitted on average in a year: production without trade, lifecycle.</summary>
internal static class GridTable
{
    /// <summary>Where the figures come from; their licence asks to say so.</summary>
    public const string Attribution = "Our World in Data and Ember, CC BY 4.0";

    private const string World = "ZZ";

    private static readonly FrozenDictionary<string, GridRow> Rows = Read().ToFrozenDictionary(row => row.Code, StringComparer.OrdinalIgnoreCase);

    /// <summary>The country of a zone, such as that of JP-TK or DE-LU; empty is the world. Null where there is none.</summary>
    public static GridRow? Find(string zone)
    {
        var country = zone.Length == 0 ? World : zone.Split('-', '_')[0];
        return Rows.GetValueOrDefault(string.Equals(country, "UK", StringComparison.OrdinalIgnoreCase) ? "GB" : country);
    }

    private static IEnumerable<GridRow> Read()
    {
        using var reader = new StreamReader(typeof(GridTable).Assembly.GetManifestResourceStream("grid_intensity.csv")!);
        reader.ReadLine(); // the heading
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(',');
            yield return new GridRow(parts[0], parts[1], double.Parse(parts[2], CultureInfo.InvariantCulture), int.Parse(parts[3], CultureInfo.InvariantCulture));
        }
    }
}
