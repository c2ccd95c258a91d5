using Agent.Core.Attribution;

namespace Agent.Core.History;

/// <summary>What history has of an account in an hour.</summary>
public sealed record HourRow(HourKey Key, HourCell Cell);
