namespace Agent;

/// <summary>How a thing was found.</summary>
internal enum Verdict
{
    /// <summary>It works.</summary>
    Good,

    /// <summary>It is not there, which is no fault.</summary>
    Absent,

    /// <summary>It works, but less well than it could.</summary>
    Warning,

    /// <summary>It is there and does not work.</summary>
    Bad,
}
