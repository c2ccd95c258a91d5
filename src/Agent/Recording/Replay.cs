namespace Agent.Recording;

/// <summary>Folds a recording's events again.</summary>
internal static class Replay
{
    public static ReplayResult Read(string path, CancellationToken cancel)
    {
        var (bytes, problem) = RecordingFile.Open(path);
        if (bytes is null)
        {
            return new ReplayResult.Refused(problem!);
        }

        using var reader = new RecordingReader(bytes, path);
        if (reader.Begin() is not { } header)
        {
            return new ReplayResult.Refused(reader.Problem!);
        }

        var (ledger, kinds) = (header.Start.ToLedger(), new SortedDictionary<string, long>(StringComparer.Ordinal));
        while (reader.Next() is { } entry)
        {
            cancel.ThrowIfCancellationRequested();
            ledger = ledger.Apply(entry);
            var kind = RecordedCases.NameOf(entry);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }

        return reader.Problem is { } broken
            ? new ReplayResult.Refused(broken)
            : new ReplayResult.Folded(header, ledger, kinds, reader.IsCut);
    }
}
