using System.Globalization;
using Agent.Core.Carbon;
using Agent.Tariffs;

namespace Agent.Grid;

/// <summary>A file that another program writes: one number, written anew at least daily, or lines of times and values.</summary>
internal sealed class FileIntensity(string path, string zone) : IIntensityProvider
{
    private const int LongestNumber = 64;

    private const double Most = 2000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public string Name => "file";

    public string Zone => zone;

    public EmissionScope? Scope => null;

    public TimeSpan ShortestInterval => TimeSpan.FromMinutes(1);

    public Task<GridAnswer> AskAsync(GridValidators known, DateTimeOffset now, CancellationToken cancel) => Task.FromResult(Read(now));

    private GridAnswer Read(DateTimeOffset now)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return new GridAnswer.Failed(GridFailure.Unreachable, $"There is no file {path}.");
            }

            if (file.Length <= LongestNumber
                && double.TryParse(File.ReadAllText(path).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var grams))
            {
                var written = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
                return !GridValue.IsValid(grams) ? new GridAnswer.Failed(GridFailure.Answer, string.Create(CultureInfo.InvariantCulture, $"{path} says {grams}: that is no grid's intensity."))
                    : now - written > Day ? new GridAnswer.Failed(GridFailure.Answer, $"{path} was not written for more than a day.")
                    : new GridAnswer.Told([new GridValue(written, now + Hour, grams)], GridValidators.None);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new GridAnswer.Failed(GridFailure.Unreachable, $"{path} cannot be read: {failure.Message}");
        }

        var (values, problem) = TimedValues.Read(path, double.Epsilon, Most);
        return values?.Find(now) is var (from, to, held)
            ? new GridAnswer.Told([new GridValue(from, to, held)], GridValidators.None)
            : new GridAnswer.Failed(GridFailure.Answer, problem ?? $"{path} holds no intensity for now.");
    }
}
