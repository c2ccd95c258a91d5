using Agent.Commands;
using Agent.Config;

return args is ["demo", ..]
    ? await DemoCommand.RunAsync(new AgentConfig(), args is [_, _, var seconds] ? TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)) : null, CancellationToken.None)
    : await RunCommand.RunAsync(new AgentConfig(), [], CancellationToken.None);
