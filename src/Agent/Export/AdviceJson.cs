using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Core.Reports;

namespace Agent.Export;

/// <summary>Advice with its reasons, as the control socket answers it.</summary>
[JsonSerializable(typeof(Advice[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class AdviceJson : JsonSerializerContext
{
    public static string Write(IEnumerable<Advice> advice) => JsonSerializer.Serialize([.. advice], Default.AdviceArray);

    /// <summary>Null where it is none.</summary>
    public static Advice[]? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Default.AdviceArray);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
