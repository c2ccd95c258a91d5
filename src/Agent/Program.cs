using Agent.Commands;

// What a socket brings is handled where it was waited for, not handed to another thread: a third of the time, for each token that passes
// the proxy. .NET reads it once, before the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

return await CommandLine.RunAsync(args);
