using Agent.Core.Units;

namespace Agent.Sensors.PowerState;

/// <summary>
/// Follows one daemon's properties: asks once for all of them, then lives on what is signalled. Of several names the first
/// that serves is followed, and only it: a daemon with two names signals each change under both.
/// </summary>
/// <param name="bus">The connection, in its own thread.</param>
/// <param name="names">The names it may have, best first.</param>
/// <param name="patience">How long it may take to answer.</param>
internal sealed class BusService(BusConnection bus, BusName[] names, TimeSpan patience)
{
    private const string NoOwner = $"{BusName.Bus}.Error.NameHasNoOwner";
    private const string Unknown = $"{BusName.Bus}.Error.ServiceUnknown";
    private const string Died = $"{BusName.Bus}.Error.NoReply";
    private const string Denied = $"{BusName.Bus}.Error.AccessDenied";

    private static readonly (int Name, BusStanding Standing, string Owner) NoTrouble = (-1, BusStanding.Absent, "");

    private int _chosen = -1;
    private ulong _question;
    private string _owner = "";
    private (int Name, BusStanding Standing, string Owner) _trouble;

    public BusStanding Standing { get; private set; } = BusStanding.Asked;

    /// <summary>What it told; nothing while it does not serve.</summary>
    public BusValues Values { get; private set; } = BusValues.None;

    /// <summary>The name it serves under, or was asked under last.</summary>
    public BusName Chosen => names[Math.Max(0, _chosen)];

    /// <summary>By when it should have answered; null where nothing is awaited.</summary>
    public Moment? Deadline { get; private set; }

    /// <summary>Asks for word of its coming and going, then for its values: so none is missed in between.</summary>
    public void Begin(Moment now)
    {
        foreach (var name in names)
        {
            Rule("AddMatch", name.OwnerRule);
        }

        _trouble = NoTrouble;
        Ask(0, now);
    }

    /// <summary>Takes note of the time: what has not answered by now is silent. Should it answer later, it serves.</summary>
    public void Look(Moment now)
    {
        if (now >= Deadline)
        {
            Deadline = null;
            Stand(BusStanding.Silent);
        }
    }

    /// <summary>Takes a message, if it is about this daemon.</summary>
    public void Take(BusMessage message, Moment now)
    {
        message.Rewind(); // another daemon's follower may have read it
        var kind = message.Kind;
        if (kind is BusMessageKind.Reply or BusMessageKind.Error && _question != 0 && message.Answers == _question)
        {
            (_question, Deadline) = (0, null);
            if (kind == BusMessageKind.Reply)
            {
                (_owner, Values, Standing) = (message.Sender, BusValues.None.With(message), BusStanding.Serves);
            }
            else
            {
                Failed(message, now);
            }
        }
        else if (kind == BusMessageKind.Signal && message.Member == "NameOwnerChanged" && message.Sender == BusName.Bus)
        {
            var name = message.ReadText();
            message.ReadText();
            Moved(Array.FindIndex(names, known => known.Name == name), message.ReadText() is { Length: > 0 }, now);
        }
        else if (kind == BusMessageKind.Signal && message.Member == "PropertiesChanged" && message.Sender == _owner)
        {
            Changed(message, now);
        }
    }

    private void Failed(BusMessage answer, Moment now)
    {
        var standing = answer.ErrorName switch
        {
            NoOwner or Unknown or Died => BusStanding.Absent,
            Denied => BusStanding.Refused,
            _ => BusStanding.Broken,
        };
        if (standing != BusStanding.Absent && _trouble.Name < 0)
        {
            _trouble = (_chosen, standing, answer.Sender);
        }

        TryNext(now);
    }

    /// <summary>
    /// The next name is asked. After the last, what was wrong with the best of them stands, and that one is listened to: it
    /// may be about to be ready, and says so then.
    /// </summary>
    private void TryNext(Moment now)
    {
        if (_chosen + 1 < names.Length)
        {
            Ask(_chosen + 1, now);
            return;
        }

        if (_trouble.Name >= 0)
        {
            Choose(_trouble.Name);
        }

        Stand(_trouble.Standing);
        _owner = _trouble.Owner;
    }

    /// <summary>A name came or went. A better one than the chosen is taken; a lesser one is none of our business.</summary>
    private void Moved(int name, bool came, Moment now)
    {
        if (name < 0)
        {
            return;
        }

        _trouble = NoTrouble;
        if (came && (name <= _chosen || Standing is not (BusStanding.Serves or BusStanding.Asked)))
        {
            Ask(name, now);
        }
        else if (!came && name == _chosen)
        {
            (_question, Deadline) = (0, null);
            TryNext(now);
        }
    }

    private void Changed(BusMessage message, Moment now)
    {
        if (message.ReadText() != Chosen.Name)
        {
            return;
        }

        var serves = Standing == BusStanding.Serves;
        Values = serves ? Values.With(message) : Values;
        if (!serves || (message.Enter('a', "s") && message.ReadText() is not null))
        {
            Ask(_chosen, now); // changed, and not told to what
        }
    }

    private void Ask(int name, Moment now)
    {
        Choose(name);
        _question = bus.Call(Chosen.Name, Chosen.Path, BusName.Properties, "GetAll", Chosen.Name);
        Deadline = now + patience;
    }

    /// <summary>Has the bus tell the changes of one name, and of no other.</summary>
    private void Choose(int name)
    {
        if (name == _chosen)
        {
            return;
        }

        if (_chosen >= 0)
        {
            Rule("RemoveMatch", Chosen.ChangeRule);
        }

        _chosen = name;
        Stand(BusStanding.Asked);
        Rule("AddMatch", Chosen.ChangeRule);
    }

    private void Stand(BusStanding standing) => (Standing, Values, _owner) = (standing, BusValues.None, "");

    private void Rule(string method, string rule) => bus.Call(BusName.Bus, "/org/freedesktop/DBus", BusName.Bus, method, rule);
}
