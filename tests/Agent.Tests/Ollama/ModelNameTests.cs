using Agent.Ollama;

namespace Agent.Tests.Ollama;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("llama3.1", "llama3.1:latest")]
    [InlineData("llama3.1:8b", "llama3.1:8b")]
    [InlineData("registry.example.org:5000/me/llama", "registry.example.org:5000/me/llama:latest")]
    [InlineData("hf.co/me/llama:Q4_K_M", "hf.co/me/llama:Q4_K_M")]
    [InlineData("https://hf.co/me/llama", "hf.co/me/llama:latest")]
    [InlineData("registry.ollama.ai/library/llama3.1", "llama3.1:latest")]
    [InlineData("Registry.Ollama.AI/Library/llama3.1:8b", "llama3.1:8b")]
    [InlineData("library/llama3.1", "llama3.1:latest")]
    [InlineData("registry.ollama.ai/me/llama:8b", "me/llama:8b")]
    [InlineData("registry.example.org/library/llama:8b", "registry.example.org/library/llama:8b")]
    [InlineData("library", "library:latest")]
    [InlineData("Llama3.1:8B", "Llama3.1:8B")]
    [InlineData("mine:local", "mine:local")]
    public void A_full_name_has_its_tag(string name, string full) => Assert.Equal(full, ModelName.Full(name));

    [Theory]
    [InlineData(" llama3.1 ", "llama3.1:latest")]
    [InlineData("llama3.1:local", "llama3.1:latest")]
    [InlineData("library/llama3.1:8b:LOCAL", "llama3.1:8b")]
    [InlineData("local", "local:latest")]
    public void A_client_may_write_more_than_the_name(string name, string full) => Assert.Equal(full, ModelName.Asked(name));

    [Theory]
    [InlineData("kimi:cloud", true)]
    [InlineData("gpt-oss:120b-cloud", true)]
    [InlineData("gpt-oss:120b-Cloud", true)]
    [InlineData("me/kimi:CLOUD ", true)]
    [InlineData("cloud:latest", false)]
    [InlineData("my-cloud", false)]
    [InlineData("example.org:443/cloud/llama:8b", false)]
    public void A_cloud_model_is_told_by_its_tag(string name, bool cloud) => Assert.Equal(cloud, ModelName.IsCloud(name));
}
