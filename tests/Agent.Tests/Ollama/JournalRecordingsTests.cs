using System.Globalization;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Ollama;

namespace Agent.Tests.Ollama;

/// <summary>Ollama's real log beside what its API answered in the same minutes.</summary>
public sealed class JournalRecordingsTests
{
    private static readonly string Folder = Repository.Path("tests/Agent.Tests/Ollama/Recordings/journal");

    public static TheoryData<string> Recordings { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.log").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Fact]
    public void The_recordings_are_there() => Assert.Equal(18, Recordings.Count);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Every_finished_task_has_the_tokens_and_times_the_API_answered(string recording)
    {
        var answers = Table("answers.tsv", recording);

        var (events, _) = Read(recording);

        var tasks = events.OfType<LedgerEvent.TaskLogged>().Select(told => told.Timings).ToArray();
        Assert.Equal(answers.Length, tasks.Length);
        foreach (var (answer, task) in answers.Zip(tasks))
        {
            Told(answer[1], prompt => Assert.InRange(task.PromptTokens, task.Task == 0 ? (long)prompt : 1, (long)prompt));
            Told(answer[2], generated => Assert.Equal((long)generated, task.GeneratedTokens));
            Told(answer[3], milliseconds => Assert.Equal(milliseconds, task.PromptSeconds * 1000, 0.0051));
            Told(answer[4], milliseconds => Assert.Equal(milliseconds, task.GenerationSeconds * 1000, 0.0051));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Every_finished_load_is_told_once_with_its_blob(string recording)
    {
        var (events, _) = Read(recording);

        Assert.Equal(
            Table("loads.tsv", recording).Select(load => (load[1], load[2])),
            events.OfType<LedgerEvent.LoadLogged>().Select(load =>
                (load.Blob["sha256-".Length..][..4], load.Took.TotalSeconds.ToString("F2", CultureInfo.InvariantCulture))));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Every_line_of_tasks_and_loads_is_counted_once_and_none_is_in_unknown_words(string recording)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, $"{recording}.log"));
        var releases = lines.Count(line => line.Contains("stop processing", StringComparison.Ordinal));
        var timings = lines.Count(line => line.Contains("eval time", StringComparison.Ordinal) || line.Contains("total time", StringComparison.Ordinal));
        var loads = lines.Count(line => line.Contains("\"starting llama-server\"", StringComparison.Ordinal)
            || line.Contains("llama-server started", StringComparison.Ordinal)
            || line.Contains("\"Load failed\"", StringComparison.Ordinal));

        var (_, counts) = Read(recording);

        Assert.Equal(0, counts[LogResult.Unknown]);
        Assert.Equal(releases - (timings / 3), counts[LogResult.Incomplete]); // embedded, cancelled, refused
        Assert.Equal(releases + timings + loads - counts[LogResult.Incomplete], counts[LogResult.Read]);
    }

    private static void Told(string number, Action<double> check)
    {
        if (number != "-")
        {
            check(double.Parse(number, CultureInfo.InvariantCulture));
        }
    }

    private static string[][] Table(string file, string recording) =>
        [.. File.ReadLines(Path.Combine(Folder, file)).Skip(1).Select(row => row.Split('\t')).Where(row => row[0] == recording)];

    private static (List<LedgerEvent> Events, JournalCounts Counts) Read(string recording)
    {
        var (events, counts) = (new List<LedgerEvent>(), new JournalCounts());
        var lines = new JournalLines("", counts);
        foreach (var line in File.ReadLines(Path.Combine(Folder, $"{recording}.log")))
        {
            lines.Read(line, Moment.FromSeconds(0), events);
        }

        lines.Settle(Moment.FromSeconds(60));
        return (events, counts);
    }
}
