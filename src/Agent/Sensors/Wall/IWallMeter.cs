namespace Agent.Sensors.Wall;

/// <summary>
/// One kind of meter, for as long as it answers well: after a failure another is made, which finds out anew what is there.
/// </summary>
internal interface IWallMeter : IDisposable
{
    /// <summary>Asks for the power now. Whoever asks bounds the time.</summary>
    /// <exception cref="OperationCanceledException">The question was withdrawn.</exception>
    Task<WallAnswer> AskAsync(CancellationToken stop);
}
