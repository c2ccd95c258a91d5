using System.Collections.Immutable;

namespace Agent.Web.Access;

/// <summary>The keys of <c>tls_server_config</c>, as they are written. A key pair is given by files or as text.</summary>
internal sealed class TlsFiles
{
    public string CertFile { get; set; } = "";

    public string Cert { get; set; } = "";

    public string KeyFile { get; set; } = "";

    public string Key { get; set; } = "";

    public string ClientCaFile { get; set; } = "";

    public string ClientCa { get; set; } = "";

    public ClientAuth ClientAuth { get; set; } = ClientAuth.NoClientCert;

    /// <summary>One of these a client's certificate must name; empty: any.</summary>
    public SortedDictionary<int, string> ClientAllowedSans { get; } = [];

    /// <summary>12 or 13.</summary>
    public int MinVersion { get; set; } = 12;

    public int MaxVersion { get; set; } = 13;

    /// <summary>Suites of TLS 1.2 by their IANA names; empty: OpenSSL's choice.</summary>
    public SortedDictionary<int, string> CipherSuites { get; } = [];

    /// <summary>TLS is asked for.</summary>
    public bool Any => CertFile.Length > 0 || Cert.Length > 0 || KeyFile.Length > 0 || Key.Length > 0;

    /// <summary>The files named here.</summary>
    public ImmutableArray<string> Files => [.. new[] { CertFile, KeyFile, ClientCaFile }.Where(file => file.Length > 0)];
}
