namespace Agent.Web.Access;

/// <summary>Why a request was not answered.</summary>
internal enum Denial
{
    /// <summary>No user and password came with it.</summary>
    NoCredentials,

    /// <summary>They are not right.</summary>
    WrongPassword,

    /// <summary>More requests came than <c>rate_limit</c> allows.</summary>
    RateLimit,

    /// <summary>Too many passwords wait to be hashed.</summary>
    Busy,
}
