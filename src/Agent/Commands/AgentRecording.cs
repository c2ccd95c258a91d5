using Agent.Config;
using Agent.History;
using Agent.Ollama;
using Agent.Recording;
using Agent.Web;

namespace Agent.Commands;

/// <summary>Records what an agent folds in.</summary>
internal static class AgentRecording
{
    /// <summary>Begins, with an agent that is not started yet.</summary>
    /// <param name="agent">It.</param>
    /// <param name="to">Where to; null: nothing is to be recorded.</param>
    /// <param name="store">What it goes on from.</param>
    /// <param name="config">All settings.</param>
    /// <param name="time">The wall clock.</param>
    /// <param name="logs">What happens to the recording is said here.</param>
    /// <returns>Null where nothing is recorded; to be disposed of when the agent has stopped.</returns>
    public static Recorder? Record(this AgentParts agent, RecordingWriter? to, StateStore? store, AgentConfig config, TimeProvider time, ILoggerFactory logs)
    {
        if (to is null)
        {
            return null;
        }

        var header = new RecordingHeader(
            RecordingHeader.NewestFormat,
            ProcessVitals.Version,
            time.GetUtcNow(),
            Upstream.All(config.Ollama).Count > 1,
            RecordedStart.Of(agent.Keeper.Current, store?.Kept, store?.Booted));
        var recorder = new Recorder(to, header, logs.CreateLogger<Recorder>());
        agent.Keeper.Record = recorder.Add;
        return recorder;
    }
}
