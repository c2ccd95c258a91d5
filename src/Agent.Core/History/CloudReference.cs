namespace Agent.Core.History;

/// <summary>What somebody published on a model in a cloud.</summary>
/// <param name="Id">Its short name.</param>
/// <param name="Name">What was measured or reckoned.</param>
/// <param name="Kind">same-model, frontier, frontier-small or frontier-open.</param>
/// <param name="ValidFrom">The month of the figure, such as 2026-03.</param>
/// <param name="JoulesPerToken">Per output token, overhead of the building as far as the source has it; null where only emissions are published.</param>
/// <param name="GramsPerToken">CO2 equivalent per output token, where that is what was published.</param>
/// <param name="Boundary">What the figure holds.</param>
/// <param name="Quality">Modelled, measured …</param>
/// <param name="Assumptions">What it assumes.</param>
/// <param name="Source">Whose it is.</param>
/// <param name="Page">Where.</param>
public sealed record CloudReference(
    string Id,
    string Name,
    string Kind,
    string ValidFrom,
    Estimate? JoulesPerToken,
    double? GramsPerToken,
    string Boundary,
    string Quality,
    string Assumptions,
    string Source,
    string Page);
