using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

public sealed class BaselineBookTests
{
    private static readonly Resident A = new(ModelKey.OfName("a"), 8e9, 1);
    private static readonly Resident B = new(ModelKey.OfName("b"), 4e9, 1);

    [Fact]
    public void A_first_value_is_there_after_five_quiet_seconds_and_is_unsure()
    {
        var early = Quiet(BaselineBook.Empty, [], 4, 20);
        var book = Quiet(early, [], 1, 20);

        Assert.Null(early.Idle);
        Assert.Equal((new Watts(20), Confidence.Unsure), book.Idle);
    }

    [Fact]
    public void Idle_is_the_median_of_spans_of_ten_seconds()
    {
        var book = Quiet(Quiet(Quiet(BaselineBook.Empty, [], 10, 20), [], 10, 90), [], 10, 22);

        Assert.Equal(22, book.Idle!.Value.Level.Value, 9);
    }

    [Fact]
    public void A_baseline_is_sure_after_three_minutes_of_quiet()
    {
        var book = Quiet(BaselineBook.Empty, [], 170, 20);

        Assert.Equal(Confidence.Unsure, book.Idle!.Value.Confidence);
        Assert.Equal(4, book.Spread([]).Value, 9);
        Assert.Equal(Confidence.Learned, Quiet(book, [], 10, 20).Idle!.Value.Confidence);
        Assert.Equal(0, Quiet(book, [], 10, 20).Spread([]).Value, 9);
    }

    [Fact]
    public void A_loaded_model_adds_what_the_device_draws_beyond_idle()
    {
        var book = Quiet(Quiet(BaselineBook.Empty, [], 10, 20), [A], 10, 31);

        Assert.Equal(11, Level(book, [A], A), 9);
    }

    [Fact]
    public void Two_models_share_what_they_add_together_by_memory()
    {
        var book = Quiet(Quiet(BaselineBook.Empty, [], 10, 20), [A, B], 10, 38);

        Assert.Equal(12, Level(book, [A, B], A), 9);
        Assert.Equal(6, Level(book, [A, B], B), 9);
    }

    [Fact]
    public void A_model_never_seen_in_quiet_is_taken_to_add_what_others_do_by_memory()
    {
        var book = Quiet(Quiet(BaselineBook.Empty, [], 10, 20), [A], 10, 36);

        Assert.Equal(8, Level(book, [B], B), 9);
        Assert.Equal(Confidence.Unsure, book.Loaded([B]).Single().Confidence);
    }

    [Fact]
    public void Where_nothing_was_seen_unloaded_a_models_extra_is_called_idle()
    {
        var book = Quiet(BaselineBook.Empty, [A], 30, 36);

        Assert.Equal((new Watts(36), Confidence.Unsure), (new Watts(Math.Round(book.Idle!.Value.Level.Value, 9)), book.Idle.Value.Confidence));
        Assert.Equal(0, Level(book, [A], A), 9);
    }

    [Fact]
    public void What_the_operator_says_overrides_what_is_learned()
    {
        var book = Quiet(BaselineBook.Empty with { Override = new Watts(15) }, [], 60, 20);

        Assert.Equal((new Watts(15), Confidence.Override), book.Idle);
    }

    [Fact]
    public void Pieces_of_quiet_between_requests_are_put_together_until_there_is_a_whole_one()
    {
        var book = Quiet(BaselineBook.Empty, [], 3, 20).Disturbed();
        var pieces = Quiet(book, [], 3, 22);

        Assert.Null(book.Idle);
        Assert.Equal(((3 * 20) + (2 * 22)) / 5.0, pieces.Idle!.Value.Level.Value, 9); // what comes right after work still shows some of it
        Assert.Equal(25, Quiet(pieces.Disturbed(), [], 11, 25).Idle!.Value.Level.Value, 9);
    }

    [Fact]
    public void A_program_that_uses_a_little_of_the_processor_for_hours_is_no_part_of_idle()
    {
        var book = Quiet(BaselineBook.Empty, [], 200, 20, cores: 0.1);

        Assert.Equal(20, Quiet(book, [], 7200, 26, cores: 0.6).Idle!.Value.Level.Value, 9);
        Assert.Equal(18, Quiet(book, [], 10, 18, cores: 0.01).Idle!.Value.Level.Value, 9);
    }

    [Fact]
    public void What_was_learned_under_a_blob_is_kept_under_the_name()
    {
        var blob = A with { Model = ModelKey.OfBlob("sha256-a") };
        var book = Quiet(Quiet(BaselineBook.Empty, [], 10, 20), [blob], 10, 31).Renamed(blob.Model, A.Model);

        Assert.Equal(11, Level(book, [A], A), 9);
    }

    private static double Level(BaselineBook book, Resident[] residents, Resident of) =>
        book.Loaded(residents).Single(part => part.Model == of.Model).Level.Value;

    private static BaselineBook Quiet(BaselineBook book, Resident[] residents, int seconds, double watts, double cores = 0)
    {
        for (var i = 0; i < seconds; i++)
        {
            book = book.Quiet(residents, new Joules(watts), TimeSpan.FromSeconds(1), cores);
        }

        return book;
    }
}
