using Agent.Core.Metering;

namespace Agent.Sensors;

/// <summary>What reading an attribute gave.</summary>
internal abstract record SysfsText
{
    private SysfsText()
    {
    }

    public sealed record Read(string Value) : SysfsText;

    public sealed record Failed(MissingCause Cause, string Reason) : SysfsText;
}
