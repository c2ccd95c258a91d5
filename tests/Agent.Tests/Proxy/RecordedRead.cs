namespace Agent.Tests.Proxy;

/// <summary>What one receive of the recording client brought.</summary>
/// <param name="At">Since the request was sent.</param>
internal sealed record RecordedRead(TimeSpan At, byte[] Bytes);
