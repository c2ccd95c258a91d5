using System.Reflection;
using System.Text;
using System.Text.Json;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Recording;
using CsCheck;

namespace Agent.Tests.Recording;

public sealed class RecordingJsonTests
{
    public static TheoryData<string> Kinds => [.. RecordedCases.Names[typeof(LedgerEvent)].Values];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_event_is_read_as_it_was_to_the_last_bit(string kind)
    {
        var type = RecordedCases.Names[typeof(LedgerEvent)].Single(pair => pair.Value == kind).Key;

        AnyValue.Of<LedgerEvent>(type).Sample(
            entry =>
            {
                var line = Write(entry);
                Assert.DoesNotContain((byte)'\n', line);
                Assert.Null(Bits.Difference(entry, Read(line)));
            },
            iter: 300);
    }

    [Fact]
    public void Every_kind_of_event_and_of_all_that_events_hold_has_its_name()
    {
        var families = Parts(typeof(LedgerEvent), []).Where(type => type is { IsAbstract: true, IsInterface: false }).ToArray();

        Assert.Equal([typeof(LedgerEvent), typeof(Reading), typeof(RunnerAnswer)], families.OrderBy(type => type.Name));
        Assert.All(families, family => Assert.Equal(
            Cases(family).Select(type => type.Name).Order(),
            RecordedCases.Names[family].Keys.Select(type => type.Name).Order()));
        Assert.All(RecordedCases.Names.Values, names => Assert.Equal(names.Count, names.Values.Distinct().Count()));
    }

    [Fact]
    public void A_line_is_what_it_was_in_every_recording_so_far()
    {
        var reading = new Reading.Counter(new Joules(1234.5)) { MostPower = new Watts(1000), Range = new Joules(262143.328850), Step = TimeSpan.FromMilliseconds(100) };
        var read = new LedgerEvent.DeviceRead(Moment.FromSeconds(1.5), new Device(DeviceKind.Package, "package-0", "rapl:package-0", 0), reading);
        var serving = new RunnerAnswer.Serving([new RunnerSlot(true, 7, 12), default], null);
        var answered = new LedgerEvent.RunnerAnswered(Moment.FromSeconds(2), new RunnerId(42, 99), serving);

        Assert.Equal(
            """{"type":"device_read","at":15000000,"device":{"kind":"Package","id":"package-0","sensor":"rapl:package-0","socket":0},"reading":{"type":"counter","total":1234.5,"range":262143.32885,"most_power":1000,"epoch":0,"step":1000000}}""",
            Encoding.UTF8.GetString(Write(read)));
        Assert.Equal(
            """{"type":"runner_answered","at":20000000,"runner":{"pid":42,"start_ticks":99},"answer":{"type":"serving","slots":[{"busy":true,"task":7,"decoded":12,"prompt":0,"cached":0},{"busy":false,"decoded":0,"prompt":0,"cached":0}]}}""",
            Encoding.UTF8.GetString(Write(answered)));
    }

    [Theory]
    [InlineData("""{"type":"tick","at":1}""")] // settled is missing: not zero
    [InlineData("""{"type":"tick","at":1,"settled":null}""")]
    [InlineData("""{"type":"tick","at":1,"settled":"1"}""")]
    [InlineData("""{"type":"tick","at":1,"settled":1.5}""")]
    [InlineData("""{"type":"tick","at":1,"settled":1,"more":2}""")]
    [InlineData("""{"type":"ticks","at":1,"settled":1}""")]
    [InlineData("""{"at":1,"settled":1}""")]
    [InlineData("""{"type":"gpu_state","at":1,"uuid":null,"state":{}}""")]
    [InlineData("""{"type":"runner_gone","at":1,"runner":{"pid":3}}""")]
    [InlineData("""{"type":"runner_found","at":1,"runner":{"id":{"pid":3,"start_ticks":4},"embedding":false},"started":1}""")] // its Ollama
    [InlineData("""{"type":"device_read","at":1,"device":{"kind":"Gpu","id":"a","sensor":"b"},"reading":{"type":"power","now":"many","mean":1}}""")]
    [InlineData("""{"type":"gpu_utilization","at":1,"uuid":"a"}""")] // no list is not an empty list
    public void A_line_that_is_not_whole_is_no_event(string line) =>
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize(line, RecordingJson.Event));

    private static byte[] Write(LedgerEvent entry) => JsonSerializer.SerializeToUtf8Bytes(entry, RecordingJson.Event);

    private static LedgerEvent Read(byte[] line) => JsonSerializer.Deserialize(line, RecordingJson.Event)!;

    private static Type[] Cases(Type family) => [.. family.Assembly.GetTypes().Where(type => type.BaseType == family)];

    /// <summary>The types of a type's properties, and of theirs.</summary>
    private static HashSet<Type> Parts(Type type, HashSet<Type> known)
    {
        if (type.Assembly != typeof(LedgerEvent).Assembly && !type.IsGenericType)
        {
            return known;
        }

        if (known.Add(type))
        {
            foreach (var part in type.GenericTypeArguments
                .Concat(type.IsAbstract ? Cases(type) : [])
                .Concat(type.IsGenericType ? [] : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.PropertyType)))
            {
                Parts(part, known);
            }
        }

        return known;
    }
}
