using System.Collections;
using System.Reflection;

namespace Agent.Tests.Recording;

/// <summary>Compares two values to the last bit, with all they are made of, seen from outside or not. One NaN is as good as another.</summary>
internal static class Bits
{
    /// <summary>Where they differ first; null where they are the same.</summary>
    public static string? Difference(object? one, object? other, string path = "")
    {
        if (ReferenceEquals(one, other))
        {
            return null;
        }

        if (one is null || other is null || one.GetType() != other.GetType())
        {
            return $"{path}: {one ?? "null"} is not {other ?? "null"}";
        }

        return one switch
        {
            double number => BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits((double)other) || (double.IsNaN(number) && double.IsNaN((double)other)) ? null : $"{path}: {number:r} is not {other:r}",
            string or IConvertible => one.Equals(other) ? null : $"{path}: {one} is not {other}",
            IDictionary dictionary => OfDictionaries(dictionary, (IDictionary)other, path),
            IEnumerable when IsDefault(one) || IsDefault(other) => IsDefault(one) && IsDefault(other) ? null : $"{path}: one is a default",
            IEnumerable items => OfItems(items.Cast<object?>().ToArray(), ((IEnumerable)other).Cast<object?>().ToArray(), path),
            _ => Fields(one.GetType()).Select(field => Difference(field.GetValue(one), field.GetValue(other), $"{path}.{field.Name}"))
                .FirstOrDefault(difference => difference is not null),
        };
    }

    private static string? OfDictionaries(IDictionary one, IDictionary other, string path) =>
        one.Count != other.Count ? $"{path}: {one.Count} are not {other.Count}"
        : one.Keys.Cast<object>().Select(key => Difference(one[key], other[key], $"{path}[{key}]")).FirstOrDefault(difference => difference is not null);

    private static string? OfItems(object?[] one, object?[] other, string path) =>
        one.Length != other.Length ? $"{path}: {one.Length} are not {other.Length}"
        : Enumerable.Range(0, one.Length).Select(i => Difference(one[i], other[i], $"{path}[{i}]")).FirstOrDefault(difference => difference is not null);

    /// <summary>It is an immutable array that is none: it cannot be looked through.</summary>
    private static bool IsDefault(object value) => value is IStructuralEquatable && value.GetType().GetProperty("IsDefault")?.GetValue(value) is true;

    private static IEnumerable<FieldInfo> Fields(Type? type) => type is null ? [] :
    [
        .. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly),
        .. Fields(type.BaseType),
    ];
}
