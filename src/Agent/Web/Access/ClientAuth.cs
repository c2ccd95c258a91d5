namespace Agent.Web.Access;

/// <summary>What is asked of a client's certificate; the names are those of Go's crypto/tls, which the file's format has.</summary>
internal enum ClientAuth
{
    NoClientCert,
    RequestClientCert,
    RequireAnyClientCert,
    VerifyClientCertIfGiven,
    RequireAndVerifyClientCert,
}
