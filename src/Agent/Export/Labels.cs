namespace Agent.Export;

/// <summary>Label values of closed families, as the metrics spell them.</summary>
internal static class Labels
{
    /// <summary><c>LoadedIdle</c> is <c>loaded_idle</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((letter, i) =>
            char.IsUpper(letter) && i > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
