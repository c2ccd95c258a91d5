using System.Globalization;
using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Export;
using Agent.Recording;

namespace Agent.Commands;

/// <summary>What <c>joulet replay</c> prints.</summary>
internal static class ReplayReport
{
    public static string Render(ReplayResult.Folded replay)
    {
        var (header, ledger) = (replay.Header, replay.Ledger);
        var length = (ledger.LastTick ?? header.Start.Since) - header.Start.Since;
        var text = new StringBuilder();
        Add(text, $"Recorded by joulet {header.Version} from {header.Begun.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC on: {length.TotalSeconds:0.0} s, {replay.Events.Values.Sum()} events.");
        if (header.Start.Saved is not null)
        {
            Add(text, $"It went on from the state of the run before: energy and tokens of then are in what follows.");
        }

        AddEvents(text, replay.Events);
        AddDevices(text, ledger);
        AddAccounts(text, ledger);
        AddTokens(text, ledger);
        Add(text, $"\nThe ledger's imbalance is {ledger.Imbalance.Value:g2} J.");
        return Printable(text);
    }

    private static void AddEvents(StringBuilder text, IReadOnlyDictionary<string, long> events)
    {
        Add(text, $"\n{"EVENTS",-40}{"COUNT",12}");
        foreach (var (kind, count) in events)
        {
            Add(text, $"{kind,-40}{count,12}");
        }
    }

    private static void AddDevices(StringBuilder text, Ledger ledger)
    {
        Add(text, $"\n{"DEVICES",-52}{"MEASURED J",14}{"BOOKED J",14}");
        foreach (var device in ledger.Devices.Values.OrderBy(device => device.Device.Kind).ThenBy(device => device.Device.Id, StringComparer.Ordinal))
        {
            var booked = device.Device.Component is null ? "-" : Line($"{device.Accounts.Values.Sum(joules => joules.Value):0.000}");
            Add(text, $"{Labels.Of(device.Device.Kind),-10}{device.Device.Id,-42}{device.Measured.Value,14:0.000}{booked,14}");
        }
    }

    private static void AddAccounts(StringBuilder text, Ledger ledger)
    {
        Add(text, $"\n{"ACCOUNTS",-66}{"J",14}");
        var accounts = HostMetrics.Booked(ledger)
            .GroupBy(booking => booking.Account, booking => booking.Energy.Value)
            .OrderBy(group => group.Key.Category)
            .ThenByDescending(group => group.Sum());
        foreach (var account in accounts)
        {
            Add(text, $"{Labels.Of(account.Key.Category),-16}{Name(account.Key.Model),-50}{account.Sum(),14:0.000}");
        }
    }

    private static void AddTokens(StringBuilder text, Ledger ledger)
    {
        Add(text, $"\n{"TOKENS",-40}{"PROMPT",12}{"CACHED",12}{"GENERATED",12}  SOURCE");
        foreach (var (model, totals) in ledger.Models.OrderByDescending(pair => pair.Value.Tokens.Generated))
        {
            var (prompt, cached, generated) = totals.Tokens;
            Add(text, $"{Name(model),-40}{prompt,12}{cached,12}{generated,12}  {Labels.Of(totals.Source)}");
        }
    }

    private static string Name(ModelKey? model) => model switch
    {
        null => "",
        { Ollama: "" } key => key.Value,
        { } key => $"{key.Value} at {key.Ollama}",
    };

    /// <summary>A recording may come from anybody: its names do not get to steer the terminal.</summary>
    private static string Printable(StringBuilder text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = char.IsControl(text[i]) && text[i] != '\n' ? '?' : text[i];
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, FormattableString line) => text.Append(Line(line)).Append('\n');

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
