using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>A runner, and what is remembered of it from poll to poll.</summary>
internal sealed class PolledRunner(Runner runner, Moment started, Moment found) : IDisposable
{
    private readonly CancellationTokenSource _withdraw = new();
    private Task<RunnerReply>? _question;
    private RunnerAnswer? _last;
    private bool _grew;

    public Runner Runner { get; set; } = runner;

    public Moment Started => started;

    /// <summary>Null where it cannot be asked, or not yet.</summary>
    public RunnerEndpoint? Endpoint { get; set; }

    /// <summary>The question it has not answered yet: never more than one.</summary>
    public Task? Outstanding => _question;

    /// <summary>It answered the last question; until it does, what it did since its last answer is not known.</summary>
    public bool Told => _question is null && Failures == 0;

    /// <summary>Up to here it is known what it did.</summary>
    public Moment KnownUntil { get; private set; } = found;

    /// <summary>Questions in a row that brought nothing usable.</summary>
    public int Failures { get; private set; }

    /// <summary>It has finished loading.</summary>
    public bool Serves => _last is RunnerAnswer.Serving;

    /// <summary>
    /// It works: it loads, has a busy slot, its counters grew, or it lets a question wait, as it does between two batches.
    /// </summary>
    public bool Active => Runner.Unreadable is null && (_question is not null || _grew || _last switch
    {
        RunnerAnswer.Serving serving => serving.Slots?.Any(slot => slot.Busy) ?? false,
        _ => true,
    });

    public void Ask(RunnerClient client)
    {
        if (Endpoint is not null)
        {
            _question ??= client.AskAsync(Endpoint, _withdraw.Token);
        }
    }

    /// <summary>The reply to the question asked, once it is there.</summary>
    public RunnerReply? TakeReply()
    {
        if (_question is not { IsCompleted: true } answered)
        {
            return null;
        }

        _question = null;
        var reply = answered.GetAwaiter().GetResult();
        Failures = reply is RunnerReply.Answered ? 0 : Failures + 1;
        if (reply is RunnerReply.Answered { At: var at, Answer: var answer })
        {
            Remember(at, answer);
        }

        return reply;
    }

    public void Remember(Moment at, RunnerAnswer answer)
    {
        _grew = (_last, answer) is (RunnerAnswer.Serving before, RunnerAnswer.Serving after)
            && after.Counters != before.Counters;
        (_last, KnownUntil) = (answer, at);
    }

    /// <summary>Withdraws the question it has not answered.</summary>
    public void Dispose()
    {
        _withdraw.Cancel();
        _withdraw.Dispose();
    }
}
