using System.Collections.Immutable;
using System.Reflection;
using Agent.Recording;
using CsCheck;

namespace Agent.Tests.Recording;

/// <summary>Values of the types that events are made of: whatever those types allow.</summary>
internal static class AnyValue
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Gen<string> Texts = Gen.OneOf(Gen.String, Gen.Const(""), Gen.Const("ü\"\\/\n\r\u0000\u2028𝄞<&>'"));

    /// <summary>Any case of a closed family, or one type.</summary>
    public static Gen<T> Of<T>(Type type) => Of(type).Select(value => (T)value!);

    private static Gen<object?> Of(Type type) => type switch
    {
        _ when type == typeof(double) => Gen.OneOf(Gen.Double, Gen.Double.Special, Gen.Double[0, 1e6]).Select(value => (object?)value),
        _ when type == typeof(long) => Gen.OneOf(Gen.Long, Gen.Long[0, 10]).Select(value => (object?)value),
        _ when type == typeof(int) => Gen.Int.Select(value => (object?)value),
        _ when type == typeof(bool) => Gen.Bool.Select(value => (object?)value),
        _ when type == typeof(string) => Texts.Select(value => (object?)value),
        _ when type == typeof(TimeSpan) => Gen.Long.Select(ticks => (object?)new TimeSpan(ticks)),
        _ when type == typeof(DateTimeOffset) => Gen.Long[0, DateTimeOffset.MaxValue.Ticks].Select(ticks => (object?)new DateTimeOffset(ticks, TimeSpan.Zero)),
        { IsEnum: true } => Gen.Int[0, Enum.GetValues(type).Length - 1].Select(i => Enum.GetValues(type).GetValue(i)),
        _ when Nullable.GetUnderlyingType(type) is { } underlying => OrNull(Of(underlying)),
        _ when Generic(type) == typeof(ImmutableArray<>) => Items(type.GenericTypeArguments[0], nameof(ManyOf)),
        _ when Generic(type) == typeof(ImmutableDictionary<,>) => Pairs(type.GenericTypeArguments),
        { IsAbstract: true } => Gen.OneOf([.. RecordedCases.Names[type].Keys.Select(Of)]),
        _ => Whole(type),
    };

    private static Type? Generic(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : null;

    private static Gen<object?> OrNull(Gen<object?> values) => Gen.OneOf(values, Gen.Const((object?)null));

    private static Gen<object?> Items(Type item, string collect) => Of(item).Array[0, 4].Select(values => Collect(collect, [item], [values]));

    private static Gen<object?> Pairs(Type[] types) => Gen.Select(Of(types[0]), Of(types[1])).Array[0, 4].Select(
        pairs => Collect(nameof(ByKey), types, [pairs.DistinctBy(pair => pair.Item1).ToArray()]));

    private static object? Collect(string collect, Type[] types, object[] values) =>
        typeof(AnyValue).GetMethod(collect, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(types).Invoke(null, values);

    private static ImmutableArray<T> ManyOf<T>(object?[] values) => [.. values.Cast<T>()];

    private static ImmutableDictionary<TKey, T> ByKey<TKey, T>((object? Key, object? Value)[] pairs)
        where TKey : notnull => pairs.ToImmutableDictionary(pair => (TKey)pair.Key!, pair => (T)pair.Value!);

    /// <summary>By its constructor, and what can be set beside it.</summary>
    private static Gen<object?> Whole(Type type)
    {
        var constructor = type.GetConstructors().Where(one => !one.GetParameters().Any(parameter => parameter.ParameterType == type))
            .MaxBy(one => one.GetParameters().Length)!;
        var parameters = constructor.GetParameters();
        PropertyInfo[] others =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is not null && !parameters.Any(parameter => parameter.Name == property.Name)),
        ];
        IEnumerable<Gen<object?>> parts =
        [
            .. parameters.Select(parameter => Part(parameter.ParameterType, Nullability.Create(parameter))),
            .. others.Select(property => Part(property.PropertyType, Nullability.Create(property))),
        ];
        return parts
            .Aggregate(Gen.Const(ImmutableList<object?>.Empty), (all, next) => Gen.Select(all, next, (list, value) => list.Add(value)))
            .Select(values => Make(constructor, values, others));
    }

    private static Gen<object?> Part(Type type, NullabilityInfo may) =>
        !type.IsValueType && may.WriteState == NullabilityState.Nullable ? OrNull(Of(type)) : Of(type);

    private static object? Make(ConstructorInfo constructor, ImmutableList<object?> values, PropertyInfo[] others)
    {
        var taken = constructor.GetParameters().Length;
        var made = constructor.Invoke([.. values.Take(taken)]);
        foreach (var (property, value) in others.Zip(values.Skip(taken)))
        {
            property.SetValue(made, value);
        }

        return made;
    }
}
