using Agent.Commands;

return await CommandLine.RunAsync(args);
