using System.Globalization;
using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Reporting;

/// <summary>Figures as people read them: three digits that mean something, and a unit.</summary>
internal static class Figures
{
    private const double JoulesPerWattHour = 3600;

    public static string Energy(double joules) => Scaled(joules / JoulesPerWattHour, [("mWh", 0.001), ("Wh", 1), ("kWh", 1e3), ("MWh", 1e6)]);

    public static string Grams(double grams) => Scaled(grams, [("mg", 0.001), ("g", 1), ("kg", 1e3), ("t", 1e6)]);

    public static string Money(double amount, string currency) =>
        Say($"{Digits(amount, Math.Abs(amount) >= 0.1 ? 2 : 4)} {currency}");

    public static string PerToken(double? joules) => joules is { } value ? Say($"{Digits(value, value < 10 ? 2 : 1)}") : "–";

    public static string Count(long tokens) => tokens.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F');

    public static string Percent(double share) => share is > 0 and < 0.005 ? "<1 %" : share is < 1 and >= 0.995 ? ">99 %" : Say($"{share * 100:0} %");

    /// <summary>How much more or less than before; empty where there was nothing.</summary>
    public static string Change(double? now, double? before) =>
        now is { } value && before is > 0 and var then ? Say($"{((value / then) - 1) * 100:+0;−0;±0} %") : "";

    public static string Of(Category category) => category switch
    {
        Category.LoadedIdle => "loaded, idle",
        Category.Load => "loading",
        Category.Pull => "download",
        Category.Other => "other programs",
        _ => category.ToString().ToLowerInvariant(),
    };

    /// <summary>What a manager would ask of a category.</summary>
    public static string Meaning(Category category) => category switch
    {
        Category.Idle => "what the machine draws with nothing loaded",
        Category.LoadedIdle => "the extra of models that lie in memory",
        Category.Load => "reading models into memory",
        Category.Prompt => "reading prompts",
        Category.Generation => "writing answers",
        Category.Embedding => "embedding texts",
        Category.Pull => "downloading models",
        Category.Unmetered => "Ollama worked, for what was not seen",
        Category.Unobserved => "drawn while nothing was watched",
        _ => "everything else that ran",
    };

    public static string Name(ModelKey model) => !model.Named ? "not named yet" : model.Ollama.Length == 0 ? model.Value : $"{model.Value} ({model.Ollama})";

    public static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Scaled(double value, (string Unit, double Size)[] units)
    {
        var (unit, size) = units.LastOrDefault(unit => Math.Abs(value) >= unit.Size, value == 0 ? units[1] : units[0]);
        var scaled = value / size;
        return Say($"{Digits(scaled, Math.Abs(scaled) switch { >= 100 or 0 => 0, >= 10 => 1, _ => 2 })} {unit}");
    }

    private static string Digits(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
