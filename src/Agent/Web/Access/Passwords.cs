using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;

namespace Agent.Web.Access;

/// <summary>Tells right passwords from wrong ones, in a time that does not tell which users there are.</summary>
internal sealed class Passwords : IDisposable
{
    /// <summary>Right ones that are remembered: hashing takes about 70 ms of a core, and a scraper comes every few seconds.</summary>
    private const int MostRemembered = 100;

    /// <summary>Passwords that wait to be hashed, one at a time: guessing must not cost the host a core.</summary>
    private const int MostWaiting = 16;

    /// <summary>Who has no name here is compared with this, at the cost of those who have.</summary>
    private const string Nobody = "$2y$10$QTlLHYDEnDf/6x4BTTbTUuHbpRrbaKKoWESWJOtJfJVxHnCqpnGR.";

    private readonly HashSet<string> _right = [];
    private readonly Lock _sync = new();
    private readonly ConcurrencyLimiter _hashing = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = 1,
        QueueLimit = MostWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Whether that is the user's password; null where too many ask for that.</summary>
    public async ValueTask<bool?> AreRightAsync(IReadOnlyDictionary<string, string> users, string user, string password, CancellationToken cancel)
    {
        var known = users.TryGetValue(user, out var hash);
        hash ??= users.Values.MaxBy(Cost) is { } dearest && Cost(dearest) != Cost(Nobody) ? string.Concat(dearest.AsSpan(0, 7), Nobody.AsSpan(7)) : Nobody;
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\0{hash}\0{password}")));
        lock (_sync)
        {
            if (_right.Contains(key))
            {
                return true;
            }
        }

        using var turn = await _hashing.AcquireAsync(1, cancel);
        if (!turn.IsAcquired)
        {
            return null;
        }

        var matches = await Task.Run(() => BCrypt.Net.BCrypt.Verify(password, hash), cancel) && known;
        if (matches)
        {
            lock (_sync)
            {
                if (_right.Count >= MostRemembered)
                {
                    _right.Clear();
                }

                _right.Add(key);
            }
        }

        return matches;
    }

    public void Dispose() => _hashing.Dispose();

    /// <summary>The two digits behind the version.</summary>
    private static int Cost(string hash) => int.Parse(hash.AsSpan(4, 2), System.Globalization.CultureInfo.InvariantCulture);
}
