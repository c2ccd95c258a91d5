using System.Text.Json.Serialization;

namespace Agent.Recording;

/// <summary>The first line of a recording.</summary>
/// <param name="Format">The version of the format.</param>
/// <param name="Version">joulet's, who wrote it.</param>
/// <param name="Begun">When, by the wall clock: to find it in logs and dashboards.</param>
/// <param name="SeveralOllamas">More than one is configured: metrics have a label more.</param>
/// <param name="Start">What the ledger starts from.</param>
internal sealed record RecordingHeader(
    [property: JsonPropertyName(RecordingHeader.Mark)] int Format,
    string Version,
    DateTimeOffset Begun,
    bool SeveralOllamas,
    RecordedStart Start)
{
    /// <summary>What tells a recording from any other JSON.</summary>
    public const string Mark = "joulet_recording";

    /// <summary>The format that is written, and the newest that is read.</summary>
    /// <remarks>It grows when what is written cannot be read by an older joulet any more: with every new kind of event or property.</remarks>
    public const int NewestFormat = 1;
}
