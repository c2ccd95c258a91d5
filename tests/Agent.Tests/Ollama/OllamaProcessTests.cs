using System.Text;
using Agent.Ollama;

namespace Agent.Tests.Ollama;

public sealed class OllamaProcessTests
{
    private const string Blob = "sha256-e4f7528ccce179127ec123af261b7305807ecbe2005b4c8750d4b0e385e7a323";

    [Theory]
    [InlineData("/usr/local/bin/ollama serve", true)]
    [InlineData("ollama start", true)]
    [InlineData("ollama run llama3", false)]
    [InlineData("ollama", false)]
    [InlineData("grep ollama serve", false)]
    [InlineData("/home/me/ollama-helper serve", false)]
    public void The_server_is_ollama_serve(string commandLine, bool isServer) =>
        Assert.Equal(isServer, Parse(commandLine) is OllamaProcess.Server);

    [Theory]
    [InlineData($"/x/llama-server --model /m/blobs/{Blob} --port 41000 --host 127.0.0.1", 41000, false)]
    [InlineData($"llama-server --port=41000 --embedding --model=/m/blobs/{Blob}", 41000, true)]
    [InlineData($"llama-server -m {Blob} --port 0", null, false)]
    [InlineData($"llama-server --port 70000 --model {Blob}", null, false)]
    [InlineData($"llama-server --model {Blob} --port", null, false)]
    public void A_runner_tells_port_and_blob(string commandLine, int? port, bool embedding)
    {
        var runner = Assert.IsType<OllamaProcess.LlamaServer>(Parse(commandLine));

        Assert.Equal((port, embedding, Blob), (runner.Port, runner.Embedding, runner.Blob));
    }

    [Theory]
    [InlineData("/models/blobs/sha256-e4f7")]
    [InlineData("/models/llama.gguf")]
    [InlineData("/models/blobs/sha256-E4F7528CCCE179127EC123AF261B7305807ECBE2005B4C8750D4B0E385E7A323")]
    [InlineData("")]
    public void A_path_that_does_not_end_in_a_blob_names_none(string path) => Assert.Null(OllamaProcess.BlobAt(path));

    private static OllamaProcess? Parse(string commandLine) =>
        OllamaProcess.Parse(Encoding.UTF8.GetBytes(string.Concat(commandLine.Split(' ').Select(argument => $"{argument}\0"))));
}
