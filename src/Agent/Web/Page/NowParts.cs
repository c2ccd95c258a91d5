using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Reports;
using Agent.Export;
using Agent.Reporting;

namespace Agent.Web.Page;

/// <summary>What the machine draws now.</summary>
internal static class NowParts
{
    private const double Width = 240, Height = 40;

    /// <summary>All of it in two sentences.</summary>
    public static string Summary(Snapshot snapshot, RecentPast past)
    {
        var power = HostPower.Of(snapshot.Ledger).ToArray();
        if (power.Length == 0)
        {
            return snapshot.Ledger.LastTick is null
                ? Html.Note("No sensor was read yet.")
                : Html.Note("Nothing on this machine tells what it draws: tokens are counted, joules are not. The command joulet check tells why, and what to do.");
        }

        var (came, time) = past.Until(snapshot.Ledger);
        var text = new StringBuilder($"<p class=\"big\">{(IsWhole(snapshot.Ledger) ? "This machine draws" : "The measured parts of this machine draw")} {Html.Watts(power.Sum(part => part.Power.Value))} now.");
        if (time > TimeSpan.Zero && came.Energy.Value > 0)
        {
            text.Append($" In the last {Html.Text(SpentParts.Of(time))} it took {Html.Text(Figures.Energy(came.Energy.Value))}");
            var tokens = came.Models.Values.Sum(model => model.Generated);
            text.Append(tokens > 0 ? $", and models wrote {Html.Text(Figures.Count(tokens))} tokens." : ", and no model wrote anything.");
        }

        return text.Append("</p>").ToString();
    }

    /// <summary>A tile for each part.</summary>
    public static string Power(Snapshot snapshot, RecentPast past)
    {
        var parts = HostPower.Of(snapshot.Ledger).OrderBy(part => part.Component).ToArray();
        if (parts.Length == 0)
        {
            return Html.Note("Not known.");
        }

        var text = new StringBuilder("<dl class=\"totals\">");
        foreach (var part in parts)
        {
            text.Append($"<div><dt>{Html.Text(Name(part.Component))}</dt><dd>{Html.Watts(part.Power.Value)}</dd><dd class=\"soft\">{Line([.. past.Power(part.Component).OfType<Core.Units.Watts>().Select(watts => watts.Value)])}</dd></div>");
        }

        text.Append("</dl>");
        if (!IsWhole(snapshot.Ledger))
        {
            text.Append("<p class=\"soft\">Board, disks, fans and the loss of the power supply are not in it: nothing here measures the whole machine. A meter at the wall would (README, A meter at the wall).</p>");
        }

        return text.ToString();
    }

    private static bool IsWhole(Ledger ledger) => WholeMachine.Of(ledger.Devices).Count > 0;

    /// <summary>The last hour's power as a line.</summary>
    private static string Line(double[] watts)
    {
        if (watts.Length < 2)
        {
            return "";
        }

        var most = Math.Max(1, watts.Max());
        var points = string.Join(' ', watts.Select((value, i) => Figures.Say($"{Width * i / (watts.Length - 1):0.#},{2 + ((Height - 4) * (1 - (Math.Max(0, value) / most))):0.#}")));
        var label = $"{Html.Plain(watts.Min())} to {Html.Plain(watts.Max())} in the last {SpentParts.Of(RecentPast.Step * watts.Length)}";
        return Figures.Say($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\" preserveAspectRatio=\"none\"><polyline points=\"{points}\"/></svg>{label}");
    }

    private static string Name(Component component) => component switch
    {
        Component.Gpu => "Graphics cards",
        Component.Cpu => "Processors",
        Component.Dram => "Memory",
        Component.Other => "Rest of the machine",
        Component.CpuEstimated => "Processors, estimated",
        _ => "Rest of the machine, estimated",
    };
}
