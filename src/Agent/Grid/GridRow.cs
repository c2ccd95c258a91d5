namespace Agent.Grid;

/// <summary>A country's average.</summary>
/// <param name="Code">ISO 3166, two letters; EU; ZZ is the world.</param>
/// <param name="Name">In English.</param>
/// <param name="Grams">Grams of CO2 equivalent per kWh.</param>
/// <param name="Year">Of which year.</param>
internal sealed record GridRow(string Code, string Name, double Grams, int Year);
