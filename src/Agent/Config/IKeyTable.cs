namespace Agent.Config;

/// <summary>Which keys there are: what reads a file needs no more.</summary>
internal interface IKeyTable
{
    /// <summary>The key a path names; null for none.</summary>
    IConfigKey? Named(string path);

    /// <summary>The operator chooses the keys below this path.</summary>
    bool IsMap(string path);

    /// <summary>The entries below this path are counted.</summary>
    bool IsList(string path);

    /// <summary>A key lies below this path: it is a section.</summary>
    bool IsSection(string path);
}
