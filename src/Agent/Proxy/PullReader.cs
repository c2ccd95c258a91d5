using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>Reads the progress of <c>/api/pull</c>: how many bytes were downloaded, and whether it succeeded.</summary>
/// <remarks>
/// Ollama downloads one layer after the other and tells of each some 16 times a second how much of it is there. A layer that was there
/// before tells so once, and all at once; one that was begun before starts with what there is already. So what a layer's
/// first line tells is not downloaded now; when all has succeeded, whatever else they are long is, told or not.
/// </remarks>
internal sealed class PullReader(int status, string? contentType) : DocumentReader(Paths, contentType)
{
    private const int Status = 0;
    private const int Digest = 1;
    private const int Total = 2;
    private const int Completed = 3;
    private const int Error = 4;

    private const int LongestStatus = 16;
    private const int LongestDigest = 128;

    /// <summary>Layers whose progress is kept at a time. One layer is downloaded after the other: one that is forgotten is done.</summary>
    private const int MostLayers = 64;

    private static readonly JsonPick Paths = JsonPick.Tree(
        ("status", Status, LongestStatus),
        ("digest", Digest, LongestDigest),
        ("total", Total, 0),
        ("completed", Completed, 0),
        ("error", Error, 0));

    private readonly List<Layer> _layers = [];
    private bool _succeeded;
    private bool _failed = status is < 200 or >= 300;

    /// <summary>Bytes downloaded so far. Those of a pull that is no stream are not known: none.</summary>
    public long Bytes { get; private set; }

    /// <summary>Nothing more will come.</summary>
    /// <param name="clientLeft">The client went away before the answer's end. Ollama then stops the download, too.</param>
    public RequestOutcome Finish(bool clientLeft) => (_failed, _succeeded, clientLeft) switch
    {
        (false, true, _) => RequestOutcome.Ok,
        (false, _, true) => RequestOutcome.Aborted,
        _ => RequestOutcome.Error,
    };

    protected override void Read(JsonPicker document)
    {
        _failed |= document[Error].HasContent;
        if (document[Digest].HasText && document[Total].Number is { } total)
        {
            Grow(document[Digest].Text, document[Completed].Number ?? 0, total);
        }
        else if (document[Status].Text.SequenceEqual("success"u8) && !_succeeded)
        {
            _succeeded = true;
            Bytes += _layers.Sum(layer => layer.GrowTo(layer.Total, layer.Total));
        }
    }

    private void Grow(ReadOnlySpan<byte> digest, long completed, long total)
    {
        completed = Math.Clamp(completed, 0, Math.Max(total, 0));
        foreach (var layer in _layers)
        {
            if (digest.SequenceEqual(layer.Digest))
            {
                Bytes += layer.GrowTo(completed, total);
                return;
            }
        }

        if (_layers.Count == MostLayers)
        {
            _layers.RemoveAt(0);
        }

        _layers.Add(new Layer(digest.ToArray(), completed, total));
    }

    private sealed class Layer(byte[] digest, long completed, long total)
    {
        private long _completed = completed;

        public byte[] Digest => digest;

        public long Total { get; private set; } = total;

        /// <summary>Bytes more than there ever were: a part that is downloaded again after a fault counts once.</summary>
        public long GrowTo(long completed, long total)
        {
            var growth = Math.Max(completed - _completed, 0);
            _completed += growth;
            Total = total;
            return growth;
        }
    }
}
