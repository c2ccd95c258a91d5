using System.Globalization;
using Agent.Config;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>A file that something else writes the power into.</summary>
internal sealed class FileMeter(WallConfig config, TimeProvider time) : IWallMeter
{
    private const int MaxLength = 64 * 1024;

    /// <summary>Whoever writes the file may be slow; what is older than this and ten intervals is not the power now.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(60);

    public Task<WallAnswer> AskAsync(CancellationToken stop) => Task.FromResult(Ask());

    public void Dispose()
    {
    }

    private WallAnswer Ask()
    {
        try
        {
            var file = new FileInfo(config.Address);
            if (!file.Exists)
            {
                using var why = File.OpenHandle(config.Address); // also where a folder may not be entered it does not exist: this tells
            }

            // Also so that no pipe is opened: that would wait for its writer.
            if (file.Length is 0 or > MaxLength)
            {
                return new WallAnswer.Nothing(
                    MissingCause.Error, $"{config.Address} is empty or no short file.", "Have it written in one go: into another file, which is then renamed.");
            }

            var age = time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc;
            return age > Stale && age > config.Interval * 10
                ? new WallAnswer.Nothing(
                    MissingCause.Unresponsive,
                    string.Create(CultureInfo.InvariantCulture, $"{config.Address} has not changed for {age.TotalSeconds:0} s."),
                    "See whether what writes it still runs.")
                : PowerText.Read(File.ReadAllBytes(config.Address), config.Address, config);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new WallAnswer.Nothing(
                MissingCause.Gone, $"{config.Address} does not exist.", "Start what writes it, or correct sensors.wall.address.");
        }
        catch (UnauthorizedAccessException)
        {
            return new WallAnswer.Nothing(
                MissingCause.Permission, $"{config.Address} may not be read by the user joulet runs as.", "Let it read the file and enter its folders.");
        }
        catch (IOException)
        {
            return new WallAnswer.Nothing(MissingCause.Error, $"{config.Address} cannot be read.", "See what is wrong with its disk.");
        }
    }
}
