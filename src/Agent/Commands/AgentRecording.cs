using Agent.Config;
using Agent.Ollama;
using Agent.Recording;
using Agent.Web;

namespace Agent.Commands;

/// <summary>Records what an agent folds in.</summary>
internal static class AgentRecording
{
    /// <summary>Begins, with an agent that is not started yet.</summary>
    /// <param name="to">Null: nothing is to be recorded.</param>
    /// <returns>Null where nothing is recorded; to be disposed of when the agent has stopped.</returns>
    public static Recorder? Record(this AgentParts agent, RecordingWriter? to, AgentConfig config, TimeProvider time, ILoggerFactory logs)
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
            RecordedStart.Of(agent.Keeper.Current));
        var recorder = new Recorder(to, header, logs.CreateLogger<Recorder>());
        agent.Keeper.Record = recorder.Add;
        return recorder;
    }
}
