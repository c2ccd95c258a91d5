using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Recording;

/// <summary>A time in whole ticks of 100 ns, which is all that a <see cref="TimeSpan"/> holds.</summary>
internal abstract class TicksJson<T>(Func<T, TimeSpan> time, Func<TimeSpan, T> unit) : JsonConverter<T>
{
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        unit(new TimeSpan(reader.GetInt64()));

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(time(value).Ticks);
}
