namespace Agent.Config;

/// <summary>A meter of the whole machine at the wall.</summary>
internal sealed class WallConfig
{
    public WallKind Kind { get; set; }

    /// <summary>http://host[:port][/path] of the plug or of the JSON; a file's absolute path. No user or password in it.</summary>
    public string Address { get; set; } = "";

    /// <summary>Which of a Shelly's or Tasmota's meters, counted from 0. Default 0.</summary>
    public int Channel { get; set; }

    /// <summary>Where the power is in the JSON: names and places joined by dots (sensors.0.power); empty: the text is the number.</summary>
    public string PowerPath { get; set; } = "";

    /// <summary>What the number is multiplied by to be watts: 0.001 for milliwatts. Default 1.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>The plug's user; empty: it asks for none.</summary>
    public string Username { get; set; } = "";

    /// <summary>A file whose first line is the password; empty: none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>How often it is asked; readings more than 30 s apart say nothing of what was drawn between. Default 1s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);
}
