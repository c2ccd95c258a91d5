namespace Agent.Config;

/// <summary>How often sensors and runners are read; scrapes never read them.</summary>
internal sealed class SamplingConfig
{
    /// <summary>Time between two rounds of readings. Default 1 s; allowed 100 ms to 10 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The same while a request runs or a model loads. Default 200 ms; allowed 50 ms to the interval.</summary>
    public TimeSpan ActiveInterval { get; set; } = TimeSpan.FromMilliseconds(200);
}
