using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;
using CsCheck;

namespace Agent.Core.Tests.Ollama;

public sealed class TaskBookTests
{
    private TaskBook _book = TaskBook.FromBirth;
    private TokenCounts _sum;
    private double _now;

    [Fact]
    public void A_tasks_tokens_are_counted_once_while_it_runs_and_across_the_next_task()
    {
        Look(Slot(0, 0, prompt: 12));
        Look(Slot(0, 7, prompt: 21, cached: 4));
        Look(Slot(0, 30, prompt: 21, cached: 4));
        Look(Slot(1, 5, prompt: 3));
        Look(default(RunnerSlot));

        Assert.Equal(new TokenCounts(24, 4, 35), _sum);
    }

    [Fact]
    public void The_log_adds_what_came_after_the_last_look_and_only_once()
    {
        Look(Slot(0, 30, prompt: 21));
        Look(default(RunnerSlot));

        Log(task: 0, prompt: 21, generated: 36);
        Log(task: 0, prompt: 21, generated: 36);

        Assert.Equal(new TokenCounts(21, 0, 36), _sum);
    }

    [Fact]
    public void Where_no_log_tells_it_the_rest_is_estimated_by_the_tasks_own_pace_and_later_lines_change_nothing()
    {
        Look(Slot(0, 10));
        Look(Slot(0, 14));
        Look(default(RunnerSlot));
        Assert.Equal(14, _sum.Generated);

        _now += 30;
        Look(default(RunnerSlot));
        Log(task: 0, prompt: 0, generated: 40);

        // 4 tokens in a look's time, for half a look's time.
        Assert.Equal(16, _sum.Generated);
    }

    [Fact]
    public void A_task_between_two_looks_is_counted_by_the_log_alone()
    {
        Look(default(RunnerSlot));
        Log(task: 3, prompt: 9, generated: 4);
        Look(default(RunnerSlot));

        Assert.Equal(new TokenCounts(9, 0, 4), _sum);
    }

    [Fact]
    public void What_a_running_task_did_before_the_runner_was_found_is_not_ours()
    {
        _book = TaskBook.FromNowOn;
        Look(Slot(0, 100, prompt: 500));
        Look(Slot(0, 110, prompt: 500));
        Log(task: 0, prompt: 500, generated: 120);

        Assert.Equal(new TokenCounts(0, 0, 20), _sum);
    }

    [Fact]
    public void A_slot_without_a_tasks_number_starts_anew_when_its_tokens_fall()
    {
        Look(new RunnerSlot(true, null, 30));
        Look(new RunnerSlot(true, null, 5));

        Assert.Equal(35, _sum.Generated);
    }

    [Fact]
    public void No_more_tasks_are_remembered_than_a_log_can_be_late_for()
    {
        for (var task = 0; task < 5000; task++)
        {
            Log(task, 1, 1);
        }

        Assert.Equal(256, _book.Save().Tasks.Length);
    }

    [Fact]
    public void Two_slots_are_counted_apart()
    {
        Look(Slot(4, 10), Slot(5, 20));
        Look(Slot(5, 25), Slot(4, 11));

        Assert.Equal(36, _sum.Generated);
    }

    [Fact]
    public void Whatever_is_looked_at_and_when_the_log_makes_the_sum_exact() => Gen.Select(
        Gen.Int[1, 40].Array[1, 12], Gen.Bool.Array[600], Gen.Int[0, 3]).Sample((tasks, seen, late) =>
        new TaskBookTests().PlayAll(tasks, seen, late));

    private void PlayAll(int[] tasks, bool[] seen, int late)
    {
        var waiting = new Queue<(long Task, int Generated)>();
        var step = 0;
        for (var task = 0; task < tasks.Length; task++)
        {
            for (var decoded = 0; decoded <= tasks[task]; decoded++)
            {
                if (seen[step++])
                {
                    Look(Slot(task, decoded, prompt: decoded > 0 ? 10 : 0));
                }
            }

            waiting.Enqueue((task, tasks[task]));
            if (waiting.Count > late)
            {
                var (done, generated) = waiting.Dequeue();
                Log(done, 10, generated);
            }
        }

        foreach (var (done, generated) in waiting)
        {
            Log(done, 10, generated);
        }

        Assert.Equal(new TokenCounts(10 * tasks.Length, 0, tasks.Sum()), _sum);
    }

    private static RunnerSlot Slot(long task, long decoded, long prompt = 0, long cached = 0) => new(true, task, decoded, prompt, cached);

    private void Look(params ImmutableArray<RunnerSlot> slots) => Add(_book.Read(Moment.FromSeconds(_now += 0.01), slots));

    private void Log(long task, long prompt, long generated) => Add(_book.Done(Moment.FromSeconds(_now), new TaskTimings(0, task, prompt, 0.1, generated, 1)));

    private void Add((TaskBook Next, TokenCounts Tokens) result)
    {
        _book = result.Next;
        _sum += result.Tokens;
    }
}
