using System.Runtime.InteropServices;

namespace Agent.Commands;

/// <summary>SIGUSR1 releases NVML, SIGUSR2 takes it up again: for agents that keep no state, and so have no socket.</summary>
internal sealed partial class NvmlSignals : IDisposable
{
    // .NET names neither; on x86-64 and arm64 Linux has them so (signal(7)).
    private const PosixSignal Sigusr1 = (PosixSignal)10;
    private const PosixSignal Sigusr2 = (PosixSignal)12;

    private readonly PosixSignalRegistration[] _registrations;

    public NvmlSignals(NvmlControl nvml, ILogger<NvmlSignals> log) =>
        _registrations = [Answer(Sigusr1, "SIGUSR1", nvml.Release, log), Answer(Sigusr2, "SIGUSR2", nvml.Hold, log)];

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private static PosixSignalRegistration Answer(PosixSignal signal, string name, Func<string> doing, ILogger log) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true; // else the process ends
            var text = doing();
            Came(log, name, text);
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signal}: {Text}")]
    private static partial void Came(ILogger log, string signal, string text);
}
