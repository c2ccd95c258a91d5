namespace Agent.Tests.Binary;

/// <summary>Tests of the binary that mostly wait, and mind no busy processor: one after the other, beside tests of other kinds.</summary>
[CollectionDefinition(nameof(Waiting))]
public sealed class Waiting;
