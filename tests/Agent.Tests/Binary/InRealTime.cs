namespace Agent.Tests.Binary;

/// <summary>Tests of the binary run one after the other and beside nothing else: they live in real time.</summary>
[CollectionDefinition(nameof(InRealTime), DisableParallelization = true)]
public sealed class InRealTime : ICollectionFixture<RunningDemo>;
