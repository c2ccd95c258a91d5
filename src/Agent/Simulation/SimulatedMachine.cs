using System.Globalization;
using System.Text.Json;
using Agent.Sensors.Nvml;

namespace Agent.Simulation;

/// <summary>
/// A machine with GPUs, an Ollama and traffic that is not there, and whose every joule is known. The agent meets it
/// where it meets a real one: in files, at INvml and on loopback ports.
/// </summary>
internal sealed class SimulatedMachine : IAsyncDisposable
{
    /// <summary>How often the world is moved on in real time, so that files are as fresh as that.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>Ports runners take by turns.</summary>
    private const int RunnerPorts = 8;

    private readonly LoopbackServer _server;
    private readonly SysTree _sys;
    private readonly ProcTree _proc;
    private readonly PresentWorld _present;
    private readonly Scenario _scenario;
    private readonly int _serverPort;

    private SimulatedMachine(TimeProvider time, Scenario scenario, int seed, LoopbackServer server)
    {
        _server = server;
        _scenario = scenario;
        var ports = server.Ports;
        _serverPort = ports[0];
        UpstreamUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_serverPort}");
        var world = new SimulatedWorld(scenario, seed, ports[1..]);
        _present = new PresentWorld(world, time);
        Nvml = new SimulatedNvml(_present);
        Root = Directory.CreateTempSubdirectory("joulet-demo-").FullName;
        Directory.CreateDirectory(Procfs);
        _sys = new SysTree(Sysfs, world);
        _proc = new ProcTree(Procfs, Path.Combine(Root, "workshop"), world, _serverPort, _present.Began);
        _present.Follow(_sys.Write);
        _present.Follow(_proc.Write);
    }

    /// <summary>A folder of its own, deleted at the end.</summary>
    public string Root { get; }

    /// <summary>For <c>paths.sysfs</c>.</summary>
    public string Sysfs => Path.Combine(Root, "sys");

    /// <summary>For <c>paths.procfs</c>.</summary>
    public string Procfs => Path.Combine(Root, "proc");

    /// <summary>For <c>ollama.upstream</c>.</summary>
    public string UpstreamUrl { get; }

    public INvml Nvml { get; }

    /// <summary>What truly happened up to now.</summary>
    public Truth Truth => _present.Read(world => world.Truth());

    /// <summary>Makes the machine, at the start of its scenario.</summary>
    /// <param name="time">The world's time is this clock's; with a fake one call <see cref="Advance"/>.</param>
    /// <param name="seed">The same seed gives the same truth.</param>
    public static async Task<SimulatedMachine> StartAsync(
        TimeProvider time, Scenario scenario, int seed, CancellationToken stop)
    {
        var machine = new TaskCompletionSource<SimulatedMachine>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = await LoopbackServer.StartAsync(
            1 + RunnerPorts, async context => await (await machine.Task).AnswerAsync(context), stop);
        machine.SetResult(new SimulatedMachine(time, scenario, seed, server));
        return await machine.Task;
    }

    /// <summary>Brings the machine, its files too, up to the present of its clock.</summary>
    public void Advance() => _present.Advance();

    /// <summary>Stops its time: its counters move no more, and it can still be read.</summary>
    public void Freeze() => _present.End();

    /// <summary>Keeps the machine at the present until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pace, _present.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Advance();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The demo is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _present.End();
        _sys.Dispose();
        _proc.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var port = context.Connection.LocalPort;
        var answer = port == _serverPort
            ? await AnswerAsOllamaAsync(context)
            : await AnswerAsRunnerAsync(context, port);
        if (answer is null)
        {
            context.Abort(); // nobody listens there any more
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private async Task<HttpAnswer> AnswerAsOllamaAsync(HttpContext context)
    {
        var asked = HttpMethods.IsPost(context.Request.Method) ? await ModelAskedAsync(context) : null;
        return _present.Read(world => OllamaAnswers.To(context.Request.Path, asked, world, _present.Began));
    }

    private async Task<HttpAnswer?> AnswerAsRunnerAsync(HttpContext context, int port)
    {
        var wait = _present.Read(world => Runner(world, port)?.AnswersIn ?? 0);
        if (_scenario.SlowAnswers && wait > 0)
        {
            // A step more than that: then the batch is done, whatever the clock's rounding.
            var batch = TimeSpan.FromSeconds(wait) + SimulatedWorld.StepLength;
            await Task.Delay(batch, _present.Time, context.RequestAborted);
        }

        return _present.Read(world => Runner(world, port) is { } runner
            ? RunnerAnswers.To(context.Request.Path, runner, _scenario.RunnerMetrics)
            : null);
    }

    private static SimulatedRunner? Runner(SimulatedWorld world, int port) =>
        world.Ollama.Runners.FirstOrDefault(runner => runner.Port == port);

    private static async Task<string?> ModelAskedAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            return body.RootElement.TryGetProperty("model", out var model) ? model.GetString() : null;
        }
        catch (JsonException)
        {
            return null; // Ollama answers 400, too
        }
    }
}
