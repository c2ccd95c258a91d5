using System.Collections.Concurrent;
using System.Net.Security;
using System.Threading.RateLimiting;

namespace Agent.Web.Access;

/// <summary>Who may ask this agent: the web-config file in force, read anew when it or a file it names has changed.</summary>
internal sealed class WebAccess : IDisposable
{
    /// <summary>How often it is looked whether they have changed; only when somebody asks.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _sync = new();
    private readonly Passwords _passwords = new();
    private readonly ConcurrentDictionary<string, long> _denied = new();
    private WebConfigFile _file;
    private TokenBucketRateLimiter? _limit;
    private string? _refused;
    private long _looked;

    public WebAccess(string path, WebConfigFile file, TimeProvider time, ILogger log)
    {
        (_path, _file, _time, _log) = (path, file, time, log);
        (_limit, _looked) = (Limit(file.Config), time.GetTimestamp());
        foreach (var reason in Enum.GetValues<Denial>())
        {
            _denied[Export.Labels.Of(reason)] = 0;
        }
    }

    /// <summary>TLS is on; a change of that takes a start.</summary>
    public bool HasTls => _file.Tls is not null;

    /// <summary>False while the file says something that cannot be used, and what it said before holds.</summary>
    public bool Up => _refused is null;

    /// <summary>Requests that were not answered, by why.</summary>
    public IReadOnlyDictionary<string, long> Denied => _denied;

    /// <summary>What a handshake needs now.</summary>
    public SslServerAuthenticationOptions Tls => Current().File.Tls!;

    /// <summary>Headers that go with every answer.</summary>
    public IReadOnlyDictionary<string, string> Headers => Current().File.Config.Headers;

    /// <summary>Whether who asks may; null for yes.</summary>
    /// <param name="credentials">The user and password given; null for none.</param>
    /// <param name="cancel">They ask no more.</param>
    public async ValueTask<Denial?> DenyAsync((string User, string Password)? credentials, CancellationToken cancel)
    {
        var (file, limit) = Current();
        if (limit is not null)
        {
            using var lease = limit.AttemptAcquire();
            if (!lease.IsAcquired)
            {
                return Count(Denial.RateLimit);
            }
        }

        if (file.Config.Users.Count == 0)
        {
            return null;
        }

        if (credentials is not var (user, password))
        {
            return Count(Denial.NoCredentials);
        }

        return await _passwords.AreRightAsync(file.Config.Users, user, password, cancel) switch
        {
            true => null,
            false => Count(Denial.WrongPassword),
            null => Count(Denial.Busy),
        };
    }

    public void Dispose()
    {
        _passwords.Dispose();
        _limit?.Dispose();
    }

    private static TokenBucketRateLimiter? Limit(WebConfig config)
    {
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = config.RateBurst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = config.RateInterval,
            QueueLimit = 0,
        };
        return config.RateInterval > TimeSpan.Zero ? new TokenBucketRateLimiter(options) : null;
    }

    private Denial? Count(Denial reason)
    {
        _denied.AddOrUpdate(Export.Labels.Of(reason), 1, (_, count) => count + 1);
        return reason;
    }

    private (WebConfigFile File, TokenBucketRateLimiter? Limit) Current()
    {
        lock (_sync)
        {
            if (_time.GetElapsedTime(_looked) >= LookEvery)
            {
                _looked = _time.GetTimestamp();
                Look();
            }

            return (_file, _limit);
        }
    }

    /// <summary>Takes a change whole, or leaves all as it is and says why, once.</summary>
    private void Look()
    {
        if (_file.ContentNow(_path) == _file.Content)
        {
            if (_refused is not null)
            {
                _refused = null;
                _log.AsBefore(_path);
            }

            return;
        }

        var (read, problems) = WebConfigFile.Read(_path);
        if (read is not null && read.Tls is null != (_file.Tls is null))
        {
            (read, problems) = (null, [$"{_path}: TLS is switched on and off by a start of joulet only"]);
        }

        if (read is null)
        {
            var told = string.Join(' ', problems);
            if (told != _refused)
            {
                _log.Refused(told);
            }

            _refused = told;
            return;
        }

        (_file, _refused, _limit) = (read, null, Limit(read.Config)); // the one before may still be asked, and is not disposed of
        _log.Taken(_path);
    }
}
