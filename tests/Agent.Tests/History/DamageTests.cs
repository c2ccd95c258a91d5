using System.Security.Cryptography;
using System.Text;
using Agent.History;

namespace Agent.Tests.History;

public sealed class DamageTests : IDisposable
{
    private const int Page = 4096;

    private readonly StateDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    public static TheoryData<string> Damages => [.. Damage.Keys];

    private static Dictionary<string, Func<byte[], byte[]>> Damage => new()
    {
        ["zero bytes"] = _ => [],
        ["one byte"] = whole => whole[..1],
        ["the header only"] = whole => whole[..100],
        ["a page and a half"] = whole => whole[..(Page * 3 / 2)],
        ["the last page cut off"] = whole => whole[..^Page],
        ["half of it zeroes"] = whole => [.. whole[..(whole.Length / 2)], .. new byte[whole.Length - (whole.Length / 2)]],
        ["text"] = _ => Encoding.UTF8.GetBytes("This is no database.\n"),
        ["noise"] = whole => RandomNumberGenerator.GetBytes(whole.Length),
        ["noise behind the header"] = whole => [.. whole[..100], .. RandomNumberGenerator.GetBytes(whole.Length - 100)],
        ["another program's database"] = whole => Flip(whole, 68, 0xFF),
        ["a table of another name"] = whole => Replace(whole, "CREATE TABLE state", "CREATE TABLE stale"),
        ["a row's number changed"] = whole => Replace(whole, "\"marked 17\"", "\"marked 71\""),
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_state_is_set_aside_and_said_once_and_the_agent_starts_anew(string kind)
    {
        Fill();
        var damaged = Damage[kind](File.ReadAllBytes(_disk.File0));
        File.WriteAllBytes(_disk.File0, damaged);

        Assert.Equal((null, null), _disk.Kept());
        _disk.Keep("anew");

        Assert.Equal(("anew", null), _disk.Kept());
        var said = Assert.Single(_disk.Log.Entries).Text;
        var aside = Assert.Single(Directory.GetFiles(_disk.Folder, "joulet.db.corrupt-*"));
        Assert.Matches(@"joulet\.db\.corrupt-\d{8}T\d{6}$", aside);
        Assert.Contains(aside, said, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(aside));
    }

    [Fact]
    public void A_bit_that_flips_is_never_taken_for_what_was_written()
    {
        Fill();
        var whole = File.ReadAllBytes(_disk.File0);
        IReadOnlyDictionary<RowKey, string> written;
        using (var file = _disk.Open())
        {
            written = file.Rows;
        }

        var random = new Random(20261123);
        var found = 0;
        foreach (var bit in Enumerable.Range(0, 100 * 8).Concat(Enumerable.Range(0, 400).Select(_ => random.Next(whole.Length * 8))))
        {
            File.WriteAllBytes(_disk.File0, Flip(whole, bit / 8, (byte)(1 << (bit % 8))));
            File.Delete($"{_disk.File0}-wal");
            switch (StateFile.Open(_disk.File0))
            {
                case StateOpening.Opened opened:
                    Assert.Equal(written, opened.File.Rows);
                    opened.File.Dispose();
                    break;
                case StateOpening.Newer:
                    Assert.InRange(bit / 8, 60, 63);
                    break;
                default:
                    found++;
                    break;
            }
        }

        Assert.InRange(found, 200, 1200);
    }

    [Fact]
    public void A_log_that_is_damaged_loses_the_last_commits_and_nothing_else()
    {
        string[] copy = [_disk.File0, $"{_disk.File0}-wal"];
        using (var store = _disk.Store())
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Null(store.Commit(StateDisk.Ledger($"{i}"), default));
            }

            foreach (var file in copy)
            {
                File.Copy(file, $"{file}.copy"); // as a kill would leave them
            }
        }

        foreach (var file in copy)
        {
            File.Move($"{file}.copy", file, overwrite: true);
        }

        var log = File.ReadAllBytes(copy[1]);
        File.WriteAllBytes(copy[1], Flip(log, log.Length / 2, 1));

        Assert.InRange(int.Parse(_disk.Kept().Place!, System.Globalization.CultureInfo.InvariantCulture), 2, 18);
        Assert.Empty(_disk.Log.Entries);
    }

    [Fact]
    public void At_most_three_damaged_states_are_kept()
    {
        _disk.Keep("1");
        foreach (var day in Enumerable.Range(10, 5))
        {
            File.WriteAllText($"{_disk.File0}.corrupt-202601{day}T120000", "");
            File.WriteAllText($"{_disk.File0}.corrupt-202601{day}T120000-wal", "");
        }

        File.WriteAllText(_disk.File0, "no database");
        _disk.Keep("2");

        Assert.Equal(
            ["joulet.db.corrupt-20260113T120000", "joulet.db.corrupt-20260114T120000"],
            Directory.GetFiles(_disk.Folder, "*.corrupt-202601??T??????").Select(Path.GetFileName).Order());
        Assert.Equal(3 + 2, Directory.GetFiles(_disk.Folder, "*.corrupt-*").Length); // the logs of two of them
    }

    private static byte[] Flip(byte[] bytes, int at, byte bits)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= bits;
        return changed;
    }

    private static byte[] Replace(byte[] bytes, string what, string with)
    {
        byte[] changed = [.. bytes];
        var at = changed.AsSpan().IndexOf(Encoding.UTF8.GetBytes(what));
        Assert.True(at > 0, $"{what} is not in the file.");
        Encoding.UTF8.GetBytes(with).CopyTo(changed.AsSpan(at));
        return changed;
    }

    private void Fill()
    {
        using var file = _disk.Open();
        var rows = Enumerable.Range(0, 50).ToDictionary(i => new RowKey("other", $"{i}"), i => $"\"marked {i}\" {new string('x', 300)}");
        file.Commit(new HashSet<string> { "other" }, rows, StateDisk.Stamp());
    }
}
