using System.Buffers;
using System.Globalization;

namespace Agent.Ollama;

/// <summary>What a process is to Ollama, as far as its command line tells: anybody can write one.</summary>
internal abstract record OllamaProcess
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private OllamaProcess()
    {
    }

    /// <summary>The model's blob, such as <c>sha256-e4f7…</c>; null where the command line names none.</summary>
    public string? Blob { get; private init; }

    /// <summary><c>ollama serve</c>.</summary>
    public sealed record Server : OllamaProcess;

    /// <summary>A <c>llama-server</c>, which serves a GGUF model since Ollama 0.30.</summary>
    /// <param name="Port">Where it listens; null where the command line does not say.</param>
    /// <param name="Embedding">It was started for embeddings only.</param>
    public sealed record LlamaServer(int? Port, bool Embedding) : OllamaProcess;

    /// <summary>Another engine, <c>ollama runner</c>: MLX, and everything before Ollama 0.30.</summary>
    public sealed record OtherEngine : OllamaProcess;

    /// <summary>Tells by the command line; null for a process that is none of these.</summary>
    /// <param name="commandLine">As <c>/proc/PID/cmdline</c> shows it.</param>
    public static OllamaProcess? Parse(ReadOnlySpan<byte> commandLine)
    {
        // Nearly all processes are decided here, without a string.
        var program = Arguments.First(commandLine);
        program = program[(program.LastIndexOf((byte)'/') + 1)..];
        if (program.SequenceEqual("ollama"u8))
        {
            var arguments = Arguments.Split(commandLine);
            return arguments.ElementAtOrDefault(1) switch
            {
                "serve" or "start" => new Server(),
                "runner" => new OtherEngine { Blob = BlobOf(arguments) },
                _ => null,
            };
        }

        return program.SequenceEqual("llama-server"u8) ? ParseLlamaServer(Arguments.Split(commandLine)) : null;
    }

    /// <summary>The blob's name at the end of a path; null where it names none.</summary>
    public static string? BlobAt(string path)
    {
        const string Prefix = "sha256-";
        const int Digits = 64;
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length == Prefix.Length + Digits && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0
            ? name
            : null;
    }

    private static LlamaServer? ParseLlamaServer(string[] arguments)
    {
        // Without a model it is Ollama asking for the machine's devices.
        if (ValueOf(arguments, "--model", "-m") is null)
        {
            return null;
        }

        var port = int.TryParse(ValueOf(arguments, "--port"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= ushort.MaxValue
            ? number
            : (int?)null;
        var embedding = arguments.Any(argument => argument is "--embedding" or "--embeddings");
        return new LlamaServer(port, embedding) { Blob = BlobOf(arguments) };
    }

    private static string? BlobOf(string[] arguments) =>
        ValueOf(arguments, "--model", "-m") is { } path ? BlobAt(path) : null;

    /// <summary>The value of an option, as <c>--name value</c> or <c>--name=value</c>.</summary>
    private static string? ValueOf(string[] arguments, params ReadOnlySpan<string> names)
    {
        for (var index = 1; index < arguments.Length; index++)
        {
            foreach (var name in names)
            {
                if (arguments[index] == name)
                {
                    return arguments.ElementAtOrDefault(index + 1);
                }

                if (arguments[index].StartsWith($"{name}=", StringComparison.Ordinal))
                {
                    return arguments[index][(name.Length + 1)..];
                }
            }
        }

        return null;
    }
}
