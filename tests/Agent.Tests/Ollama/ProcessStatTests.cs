using System.Text;
using Agent.Ollama;
using CsCheck;

namespace Agent.Tests.Ollama;

public sealed class ProcessStatTests
{
    [Fact]
    public void A_name_may_hold_anything_and_the_fields_after_it_are_read() =>
        Gen.Select(Gen.String[Gen.Char[" ()abc0 9Z"], 0, 15], Gen.Int[0, 99999], Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 50])
            .Sample((name, parent, user, system, start) =>
            {
                var text = $"123 ({name}) S {parent} 7 7 0 -1 4194304 100 0 0 0 {user} {system} 11 12 20 0 1 0 {start} 3133440 410 18446744073709551615\n";
                Assert.Equal(new ProcessStat('S', parent, user + system, start), ProcessStat.Parse(Encoding.UTF8.GetBytes(text)));
            });

    [Theory]
    [InlineData("")]
    [InlineData("123 (x")]
    [InlineData("123 (x) S 1 2 3")]
    [InlineData("123 (x) S a 7 7 0 -1 4194304 100 0 0 0 1 2 11 12 20 0 1 0 5 3133440 410")]
    public void What_is_cut_short_or_no_number_is_nothing(string text) => Assert.Null(ProcessStat.Parse(Encoding.UTF8.GetBytes(text)));
}
