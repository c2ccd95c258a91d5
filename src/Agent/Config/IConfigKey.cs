namespace Agent.Config;

/// <summary>Where a key stands, whatever its value is put into.</summary>
internal interface IConfigKey
{
    /// <summary>Its parts joined by dots.</summary>
    string Path { get; }

    /// <summary>The operator chooses the keys below it.</summary>
    bool IsMap { get; }

    /// <summary>It is a list, whose entries are counted from 0.</summary>
    bool IsList { get; }
}
