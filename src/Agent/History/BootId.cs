using System.Text;

namespace Agent.History;

/// <summary>Which boot of the machine this is.</summary>
internal static class BootId
{
    private const int Length = 36;

    /// <summary>Null where the kernel does not tell.</summary>
    /// <param name="procfs"><c>/proc</c>.</param>
    public static string? Read(string procfs)
    {
        try
        {
            using var file = File.OpenHandle(Path.Combine(procfs, "sys/kernel/random/boot_id"));
            Span<byte> text = stackalloc byte[Length];
            var length = RandomAccess.Read(file, text, 0);
            return Guid.TryParse(Encoding.ASCII.GetString(text[..length]), out var boot) ? $"{boot}" : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
