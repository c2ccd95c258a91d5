using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Web.Access;

/// <summary>The subject alternative names of a certificate (RFC 5280, 4.2.1.6).</summary>
internal static class SubjectNames
{
    private const string AlternativeNames = "2.5.29.17";

    private const int Mail = 1;
    private const int Dns = 2;
    private const int Uri = 6;
    private const int Ip = 7;

    /// <summary>Names of hosts, mail addresses, URIs and IP addresses.</summary>
    public static IEnumerable<string> Of(X509Certificate2 certificate)
    {
        var found = new List<string>();
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames))
        {
            try
            {
                var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    Add(found, names);
                }
            }
            catch (AsnContentException)
            {
                return []; // what cannot be read names nobody
            }
        }

        return found;
    }

    private static void Add(List<string> found, AsnReader names)
    {
        var tag = names.PeekTag();
        switch (tag.TagValue)
        {
            case Mail or Dns or Uri when tag.TagClass == TagClass.ContextSpecific:
                found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                break;
            case Ip when tag.TagClass == TagClass.ContextSpecific && names.ReadOctetString(tag) is { Length: 4 or 16 } address:
                found.Add($"{new IPAddress(address)}");
                break;
            case Ip:
                break;
            default:
                names.ReadEncodedValue();
                break;
        }
    }
}
