using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Recording;

/// <summary>A unit as a plain number, every bit of it; what is no number as JSON knows them, as a text: <c>"NaN"</c>.</summary>
internal abstract class NumberJson<T>(Func<T, double> number, Func<double, T> unit) : JsonConverter<T>
{
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => unit(
        reader.TokenType != JsonTokenType.String ? reader.GetDouble()
        : double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new JsonException());

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var plain = number(value);
        if (double.IsFinite(plain))
        {
            writer.WriteNumberValue(plain);
        }
        else
        {
            writer.WriteStringValue(plain.ToString(CultureInfo.InvariantCulture));
        }
    }
}
