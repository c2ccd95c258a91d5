using Google.Protobuf;

namespace Agent.Tests.Export.Otlp;

/// <summary>What a collector is sent, read by the published definitions (opentelemetry-proto 1.x, collector/metrics/v1).</summary>
internal static class OtlpMessage
{
    private const int Gauge = 5, Sum = 7, Histogram = 9;

    /// <summary>Every point, and the attributes of the resource.</summary>
    public static (IReadOnlyList<OtlpPoint> Points, IReadOnlyDictionary<string, string> Resource) Read(ByteString request)
    {
        var points = new List<OtlpPoint>();
        var resource = new Dictionary<string, string>();
        foreach (var (_, resourceMetrics) in Fields(request, 1))
        {
            foreach (var (_, described) in Fields(resourceMetrics, 1))
            {
                resource = Attributes(described, 1);
            }

            foreach (var (_, scope) in Fields(resourceMetrics, 2))
            {
                points.AddRange(Fields(scope, 2).SelectMany(metric => Metric(metric.Value)));
            }
        }

        return (points, resource);
    }

    private static IEnumerable<OtlpPoint> Metric(ByteString metric)
    {
        var name = Text(metric, 1);
        var unit = Text(metric, 3);
        foreach (var (kind, data) in Fields(metric, Gauge, Sum, Histogram))
        {
            var isCumulative = kind == Gauge || Number(data, 2) == 2;
            foreach (var (_, point) in Fields(data, 1))
            {
                yield return new OtlpPoint(name, unit, kind switch { Gauge => "gauge", Sum => Number(data, 3) == 1 ? "counter" : "updown", _ => "histogram" }, isCumulative, Attributes(point, kind == Histogram ? 9 : 7))
                {
                    Value = kind == Histogram ? Double(point, 5) : Double(point, 4),
                    Count = kind == Histogram ? (long)BitConverter.DoubleToUInt64Bits(Double(point, 4)) : 0,
                };
            }
        }
    }

    private static Dictionary<string, string> Attributes(ByteString message, int field) =>
        Fields(message, field).ToDictionary(pair => Text(pair.Value, 1), pair => Fields(pair.Value, 2).Select(value => Text(value.Value, 1)).Single());

    private static string Text(ByteString message, int field) => Fields(message, field).Select(one => one.Value.ToStringUtf8()).LastOrDefault("");

    /// <summary>The messages, texts and bytes of some fields.</summary>
    private static List<(int Field, ByteString Value)> Fields(ByteString message, params int[] wanted)
    {
        var found = new List<(int, ByteString)>();
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            if (wanted.Contains(field) && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                found.Add((field, input.ReadBytes()));
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }

    private static long Number(ByteString message, int wanted)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == wanted)
            {
                return input.ReadInt64();
            }

            input.SkipLastField();
        }

        return 0;
    }

    private static double Double(ByteString message, int wanted)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == wanted)
            {
                return input.ReadDouble();
            }

            input.SkipLastField();
        }

        return 0;
    }
}
