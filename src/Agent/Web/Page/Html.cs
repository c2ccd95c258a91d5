using System.Globalization;
using System.Net;

namespace Agent.Web.Page;

/// <summary>Pieces of the page.</summary>
internal static class Html
{
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A figure as people read it, that holds the exact one.</summary>
    public static string Data(double value, string shown) => $"<data value=\"{value.ToString("R", CultureInfo.InvariantCulture)}\">{Text(shown)}</data>";

    public static string Watts(double watts) => Data(watts, Plain(watts));

    public static string Plain(double watts) => $"{watts.ToString(watts < 10 ? "0.0" : "0", CultureInfo.InvariantCulture)} W";

    public static string Note(string text) => $"<p>{Text(text)}</p>";
}
