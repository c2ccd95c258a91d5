using System.Text.Json;
using Agent.Core.Ollama;
using OllamaSharp;
using OllamaSharp.Models;
using OllamaSharp.Models.Exceptions;

namespace Agent.Ollama;

/// <summary>The few calls of Ollama's API the agent makes. Each may take seconds, so none belongs into a round of readings.</summary>
internal sealed class OllamaApi : IDisposable
{
    private const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary><c>/api/ps</c> waits while a model is being loaded or unloaded; past this, it is asked again later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly OllamaApiClient _client;

    public OllamaApi(Upstream upstream)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = upstream.Loopbacks.Count == 0,
            AllowAutoRedirect = false,
            UseCookies = false,
        })
        {
            BaseAddress = new Uri($"{upstream.Address.AbsoluteUri.TrimEnd('/')}/"),
            Timeout = Patience,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        _client = new OllamaApiClient(_http, "", OllamaJson.Default);
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    /// <summary>Ollama's version, empty where it tells none.</summary>
    public Task<ApiAnswer<string>> VersionAsync(CancellationToken stop) =>
        AskAsync(async () => await _client.GetVersionAsync(stop) ?? "", stop);

    /// <summary>The models in memory; a loading one is not among them yet.</summary>
    public Task<ApiAnswer<IReadOnlyList<ListedModel>>> LoadedAsync(CancellationToken stop) => AskAsync<IReadOnlyList<ListedModel>>(
        async () => [.. (await _client.ListRunningModelsAsync(stop) ?? []).Select(model => Listed(model, model.SizeVram))],
        stop);

    /// <summary>The models on disk.</summary>
    public Task<ApiAnswer<IReadOnlyList<ListedModel>>> AvailableAsync(CancellationToken stop) => AskAsync<IReadOnlyList<ListedModel>>(
        async () => [.. (await _client.ListLocalModelsAsync(stop) ?? []).Select(model => Listed(model, 0))],
        stop);

    /// <summary>What a model is made of.</summary>
    public Task<ApiAnswer<ShownModel>> ShowAsync(string name, CancellationToken stop) => AskAsync(
        async () => await _client.ShowModelAsync(new ShowModelRequest { Model = name }, stop) is { } shown
            ? new ShownModel(BlobIn(shown.Modelfile ?? ""), IsEmbedding(shown.Capabilities))
            : ShownModel.Nothing,
        stop);

    /// <summary>The blob the first FROM of a modelfile names; projectors and adapters come after it.</summary>
    private static string? BlobIn(string modelfile)
    {
        foreach (var line in modelfile.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("FROM ", StringComparison.Ordinal))
            {
                return OllamaProcess.BlobAt(line["FROM ".Length..].Trim().ToString());
            }
        }

        return null;
    }

    /// <summary>A model that can generate, too, is started to generate.</summary>
    private static bool IsEmbedding(string[]? capabilities) =>
        capabilities is not null && capabilities.Contains("embedding") && !capabilities.Contains("completion");

    private static ListedModel Listed(Model model, long vram) => new(
        ModelName.Full(model.Name ?? ""),
        model.Digest ?? "",
        model.Size,
        vram,
        new ModelDetails(
            Told(model.Details?.Family), Told(model.Details?.ParameterSize), Told(model.Details?.QuantizationLevel)));

    /// <summary>Ollama writes "unknown" where it does not know.</summary>
    private static string? Told(string? detail) => detail is null or "" or "unknown" ? null : detail;

    private static async Task<ApiAnswer<T>> AskAsync<T>(Func<Task<T>> call, CancellationToken stop)
    {
        try
        {
            return new ApiAnswer<T>.Given(await call());
        }
        catch (HttpRequestException error) when (error.StatusCode is { } status)
        {
            return new ApiAnswer<T>.Refused($"It answered with status {(int)status}.");
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return new ApiAnswer<T>.Refused($"Its answer is longer than {MaxAnswer} bytes.");
        }
        catch (HttpRequestException error)
        {
            return new ApiAnswer<T>.Unreachable(error.Message);
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ApiAnswer<T>.Unreachable($"No answer within {Patience.TotalSeconds:0} s.");
        }
        catch (OllamaException error)
        {
            return new ApiAnswer<T>.Refused(error.Message);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException)
        {
            // The last two: OllamaSharp takes for granted that what is JSON is an object.
            return new ApiAnswer<T>.Refused("Its answer is not in the form this agent knows.");
        }
    }
}
