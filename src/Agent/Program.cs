using Agent.Commands;
using Agent.Config;

return await RunCommand.RunAsync(new AgentConfig(), [], CancellationToken.None);
