using System.Text;
using System.Text.Json;
using Agent.Proxy;
using CsCheck;

namespace Agent.Tests.Proxy;

public sealed class JsonPickerTests
{
    private static readonly (string Path, int Slot, int Keep)[] Wanted = [("a", 0, 12), ("b.a", 1, 40), ("b.s", 2, 0), ("s", 3, 6), ("s.k", 4, 12), ("b.b.b", 5, 12)];

    private static readonly Gen<string> Name = Gen.Int[0, 11].Select(which =>
        (string[])["a", "A", "b", "B", "s", "S", "ſ", "k", "K", "x", @"\u0061", @"\u017f"] is var names ? names[which] : "");

    private static readonly Gen<string> Text = Gen.Int[0, 13].Array[0, 9].Select(parts => string.Concat(parts.Select(part =>
        ((string[])["a", "bc", " ", "é", "中", "😀", @"\n", @"\\", @"\""", @"\u00e9", @"\ud83d\ude00", "{", "]", @"\/"])[part])));

    private static readonly Gen<string> Space = Gen.Int[0, 5].Select(which => ((string[])["", "", "", " ", "\r\n", "\t "])[which]);

    private static readonly Gen<string> Leaf = Gen.Select(Gen.Int[0, 9], Gen.Long, Text, (which, number, text) => which switch
    {
        0 => "null",
        1 => "true",
        2 => "false",
        3 => "-0.5e3",
        4 => "7",
        5 => $"{number}",
        6 => "123456789012345678901234567890",
        _ => $"\"{text}\"",
    });

    private static readonly Gen<string> Document = Object(Value(4), Value(3));

    [Fact]
    public void It_finds_what_a_whole_document_reader_finds()
    {
        var found = new int[Wanted.Length];
        Gen.Select(Document, Gen.Int[0, 1000].Array[0, 20]).Sample(
            (document, places) =>
            {
                var bytes = Encoding.UTF8.GetBytes(document);
                var picker = new JsonPicker(JsonPick.Tree(Wanted));
                foreach (var part in MeteredExchange.Split(bytes, places))
                {
                    picker.Feed(part);
                }

                Assert.True(picker.Ended, document);
                using var whole = JsonDocument.Parse(bytes);
                foreach (var (path, slot, keep) in Wanted)
                {
                    var actual = Found(picker[slot]);
                    Assert.Equal(Expected([.. At(whole.RootElement, path.Split('.'))], keep), actual);
                    Interlocked.Add(ref found[slot], actual == default ? 0 : 1);
                }
            },
            iter: 20_000);

        Assert.DoesNotContain(0, found);
    }

    [Fact]
    public void It_tells_where_a_member_of_the_root_lies() =>
        Gen.Select(Text, Text, Space, Gen.Int[0, 1000].Array[0, 20]).Sample((before, value, space, places) =>
        {
            var member = $",{space}\"s\"{space}:{space}{{\"x\":\"{value}\"}}";
            var bytes = Encoding.UTF8.GetBytes($"{{\"x\":\"{before}\"{space}{member}{space},\"y\":[\"s\"]}}");
            var picker = new JsonPicker(JsonPick.Tree(Wanted));
            foreach (var part in MeteredExchange.Split(bytes, places))
            {
                picker.Feed(part);
            }

            Assert.Equal(member, Encoding.UTF8.GetString(bytes[(int)picker[3].From..(int)picker[3].To]));
        });

    [Theory]
    [InlineData(@"\ud83d", "\uFFFD")]
    [InlineData(@"\ude00\ud83dx", "\uFFFD\uFFFDx")]
    [InlineData(@"\u12", "u12")]
    [InlineData(@"\x", "x")]
    public void An_escape_that_stands_for_nothing_does_no_harm(string escaped, string text)
    {
        var picker = new JsonPicker(JsonPick.Tree(("a", 0, 40)));
        picker.Feed(Encoding.UTF8.GetBytes($"{{\"a\":\"{escaped}\"}}"));

        Assert.Equal(text, picker[0].NonEmptyText);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{\"a\":1]")]
    [InlineData("{\"b\":[1}")]
    [InlineData("{,}")]
    [InlineData("{\"a\":,}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"b\":{\"a\":1}")]
    public void What_is_no_object_never_ends_as_one(string text)
    {
        var picker = new JsonPicker(JsonPick.Tree(Wanted));
        picker.Feed(Encoding.UTF8.GetBytes(text));

        Assert.False(picker.Ended);
    }

    [Fact]
    public void Nesting_of_any_depth_takes_no_more_memory_and_ends()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"b\":[", 100_000)) + string.Concat(Enumerable.Repeat("]}", 100_000));
        var picker = new JsonPicker(JsonPick.Tree(Wanted));
        picker.Feed(Encoding.UTF8.GetBytes(deep));

        Assert.True(picker.Ended);
    }

    private static Gen<string> Value(int depth) => depth == 0
        ? Leaf
        : Gen.Select(Gen.Int[0, 3], Leaf, Object(Value(depth - 1), Leaf), Gen.Select(Space, Value(depth - 1).Array[0, 3]), (which, leaf, inner, list) => which switch
        {
            0 => inner,
            1 => $"[{list.Item1}{string.Join($"{list.Item1},", list.Item2)}{list.Item1}]",
            _ => leaf,
        });

    private static Gen<string> Object(Gen<string> deep, Gen<string> shallow) =>
        Gen.Select(Space, Gen.Select(Name, deep).Array[0, 3], Gen.Select(Name, shallow).Array[0, 3], (space, first, second) =>
            $"{{{space}{string.Join($"{space},{space}", first.Concat(second).Select(member => $"\"{member.Item1}\"{space}:{space}{member.Item2}{space}"))}}}");

    /// <summary>All values at a path, in the document's order; an array's elements stand for it.</summary>
    private static IEnumerable<JsonElement> At(JsonElement value, string[] path) => (value.ValueKind, path) switch
    {
        (JsonValueKind.Array, _) => value.EnumerateArray().SelectMany(element => At(element, path)),
        (_, []) => [value],
        (JsonValueKind.Object, _) => value.EnumerateObject()
            .Where(member => member.Name.ToLowerInvariant().Replace('ſ', 's') == path[0])
            .SelectMany(member => At(member.Value, path[1..])),
        _ => [],
    };

    private static (bool? Truth, long? Number, string? Text, bool HasContent) Expected(JsonElement[] values, int keep)
    {
        var texts = values.Where(value => value.ValueKind == JsonValueKind.String).ToList();
        return (
            values.Where(value => value.ValueKind is JsonValueKind.True or JsonValueKind.False).Select(value => (bool?)value.GetBoolean()).LastOrDefault(),
            values.Where(value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)).Select(value => (long?)value.GetInt64()).LastOrDefault(),
            texts.Count > 0 && keep > 0 && Encoding.UTF8.GetByteCount(texts[^1].GetRawText()) - 2 <= keep ? texts[^1].GetString() : null,
            values.Any(value => value.ValueKind == JsonValueKind.Object || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0)));
    }

    private static (bool? Truth, long? Number, string? Text, bool HasContent) Found(JsonSlot slot) =>
        (slot.Truth, slot.Number, slot.HasText ? Encoding.UTF8.GetString(slot.Text) : null, slot.HasContent);
}
