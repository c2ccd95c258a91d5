using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Agent.Core.Attribution;

namespace Agent.Recording;

/// <summary>A recording's lines as JSON. What is unknown is an error, and what is missing never becomes a zero.</summary>
internal static class RecordingJson
{
    private const string Discriminator = "type";
    private const string At = "at";

    private static readonly JsonSerializerOptions Options = new(RecordingTypes.Default.Options)
    {
        TypeInfoResolver = RecordingTypes.Default.WithAddedModifier(NameCases).WithAddedModifier(RequireAll),
    };

    public static JsonTypeInfo<RecordingHeader> Header { get; } = (JsonTypeInfo<RecordingHeader>)Options.GetTypeInfo(typeof(RecordingHeader));

    public static JsonTypeInfo<LedgerEvent> Event { get; } = (JsonTypeInfo<LedgerEvent>)Options.GetTypeInfo(typeof(LedgerEvent));

    private static void NameCases(JsonTypeInfo type)
    {
        if (RecordedCases.Names.TryGetValue(type.Type, out var cases))
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions
            {
                TypeDiscriminatorPropertyName = Discriminator,
                UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
            };
            foreach (var (derived, name) in cases)
            {
                type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(derived, name));
            }
        }
    }

    /// <summary>
    /// What has a default in its constructor may be missing, and is left out where it is that; null stands for itself by being
    /// left out; all else has to be there. So a property added later needs a default, or old recordings cannot be read.
    /// </summary>
    private static void RequireAll(JsonTypeInfo type)
    {
        foreach (var property in type.Kind == JsonTypeInfoKind.Object ? type.Properties : [])
        {
            property.Order = property.Name == At ? -1 : 0; // first, for who reads it
            if (property.Set is null && property.AssociatedParameter is null)
            {
                continue; // computed from others, and not written
            }

            if (property.AssociatedParameter is { IsMemberInitializer: false, HasDefaultValue: true, DefaultValue: { } usual })
            {
                property.ShouldSerialize = (_, value) => !usual.Equals(value);
            }
            else
            {
                property.IsRequired = property.PropertyType.IsValueType
                    ? Nullable.GetUnderlyingType(property.PropertyType) is null
                    : !property.IsGetNullable;
            }
        }
    }
}
