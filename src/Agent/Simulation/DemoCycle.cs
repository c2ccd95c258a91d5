namespace Agent.Simulation;

/// <summary>One cycle of the demo; the first keeps to a minute, later ones vary more and rest longer.</summary>
/// <param name="number">From 0.</param>
internal sealed class DemoCycle(Chance chance, double start, ModelSpec small, ModelSpec large, int number)
{
    /// <summary>In the order in which they are chosen: two changes a cycle, so that every part of it meets each in time.</summary>
    private static readonly PowerProfile[] Profiles = [PowerProfile.Balanced, PowerProfile.Performance, PowerProfile.LowPower];

    private readonly List<ScriptEvent> _events = [];
    private int _changes = 2 * number;

    /// <summary>When all is done, in seconds since the world began.</summary>
    public double End { get; private set; } = start;

    /// <summary>The large model with too much context; null: nobody loads it so, nor changes the power profile.</summary>
    public ModelSpec? Oversized { get; init; }

    private bool First => number == 0;

    private PowerProfile Profile => Oversized is null ? PowerProfile.Balanced : Profiles[_changes % Profiles.Length];

    public IEnumerable<ScriptEvent> Events()
    {
        if (!First)
        {
            _events.Add(new ScriptEvent.Unload(End += 0.5, small));
        }

        End += First ? 7 : chance.Between(10.5, 12.0);
        LoadOversized();
        SmallAlone();
        ChangeProfile();
        Rest();
        UnloadOversized();
        BothByTurns();
        ChangeProfile();
        Rest();
        BesideOthers();
        SmallAgain();
        return _events.OrderBy(step => step.At);
    }

    private void SmallAlone()
    {
        var at = End + small.LoadSeconds;
        at = Ask(small, End, at, Short(), Answer(2.2));
        at = Ask(small, at + 0.2, Short(), Answer(1.3));
        _events.Add(new ScriptEvent.Compile(at - 0.5, 4, 2.5));
        End = Ask(small, at + 0.1, Long(1.2), Answer(2.4));
    }

    private void BothByTurns()
    {
        var loaded = End + large.LoadSeconds;
        var ofLarge = Ask(large, End, loaded, Long(0.8), Answer(3.8));
        var ofSmall = Ask(small, loaded + 0.7, Short(), Answer(2.0));
        ofSmall = Ask(small, ofSmall + 0.3, Short(), Answer(3.0), cancelAfter: chance.Between(1.0, 1.6));
        ofLarge = Ask(large, ofLarge + 0.2, Short(), Answer(2.0));
        ofSmall = Ask(small, ofSmall + 0.9, Long(0.6), Answer(1.4));
        End = Math.Max(ofLarge, ofSmall);
    }

    private void BesideOthers()
    {
        _events.Add(new ScriptEvent.Play(End, large.Gpu, 3.5));
        _events.Add(new ScriptEvent.Compile(End + 1, 6, 2));
        var ofSmall = Ask(small, End + 0.4, Short(), Answer(2.4));
        var ofLarge = Ask(large, End + 2.4, Long(1.9), Answer(1.8));
        ofSmall = Ask(small, ofSmall + 0.8, Short(), Answer(1.4));
        End = Math.Max(ofSmall, ofLarge) + 0.5;
        _events.Add(new ScriptEvent.Unload(End, small));
        _events.Add(new ScriptEvent.Unload(End + 0.3, large));
        End += 0.3;
    }

    private void SmallAgain()
    {
        Rest();
        var at = Ask(small, End, End + small.LoadSeconds, Short(), Answer(1.6));
        End = Ask(small, at + 0.2, Long(0.5), Answer(1.0));
    }

    /// <summary>Nobody asks it anything, so that it costs no tokens: the advice comes before the harm.</summary>
    private void LoadOversized()
    {
        if (First && Oversized is { } oversized)
        {
            _events.Add(new ScriptEvent.Ask(End + 0.1, oversized, new Prompt(Evaluated: 1, Cached: 0, Tokens: 1, oversized.GenerationRate.Least)));
        }
    }

    /// <summary>By now the agent has told, within its ten seconds.</summary>
    private void UnloadOversized()
    {
        if (First && Oversized is { } oversized)
        {
            _events.Add(new ScriptEvent.Unload(End - 0.4, oversized));
        }
    }

    /// <summary>While nothing works, and long enough before the next work that the agent has seen it.</summary>
    private void ChangeProfile()
    {
        if (Oversized is not null)
        {
            _changes++;
            _events.Add(new ScriptEvent.Choose(End + 0.8, Profile));
        }
    }

    private void Rest() => End += First ? 6.2 : chance.Between(6.2, 12.0);

    /// <summary>Seconds of a prefill that fits between two looks of the agent.</summary>
    private double Short() => chance.Between(0.02, 0.06);

    private double Long(double seconds) => Math.Clamp(seconds * chance.Between(0.9, 1.1), 0.5, 2);

    /// <summary>Seconds of a generation.</summary>
    private double Answer(double seconds) =>
        Math.Clamp(seconds * (First ? chance.Between(0.95, 1.05) : chance.Between(0.7, 1.8)), 1, 6);

    private double Ask(ModelSpec model, double at, double prompt, double answer, double? cancelAfter = null) =>
        Ask(model, at, at, prompt, answer, cancelAfter);

    /// <summary>Asks, and tells when it will be answered, should nothing stand in its way.</summary>
    private double Ask(
        ModelSpec model, double at, double begins, double prompt, double answer, double? cancelAfter = null)
    {
        var rate = chance.Between(model.GenerationRate.Least, model.GenerationRate.Most);
        var asked = new Prompt(
            Evaluated: (long)Math.Ceiling(prompt * model.PromptRate * Profile.Speed),
            Cached: chance.Between(0, 1) * chance.Between(16, 400),
            Tokens: 1 + (long)Math.Ceiling(answer * rate * Profile.Speed),
            rate,
            cancelAfter);
        _events.Add(new ScriptEvent.Ask(at, model, asked));
        return begins + prompt + (cancelAfter ?? answer);
    }
}
