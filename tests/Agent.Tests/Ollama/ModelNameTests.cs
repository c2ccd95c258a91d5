using Agent.Ollama;

namespace Agent.Tests.Ollama;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("llama3.1", "llama3.1:latest")]
    [InlineData("llama3.1:8b", "llama3.1:8b")]
    [InlineData("registry.example.org:5000/me/llama", "registry.example.org:5000/me/llama:latest")]
    [InlineData("hf.co/me/llama:Q4_K_M", "hf.co/me/llama:Q4_K_M")]
    public void A_full_name_has_its_tag(string name, string full) => Assert.Equal(full, ModelName.Full(name));

    [Theory]
    [InlineData("kimi:cloud", true)]
    [InlineData("gpt-oss:120b-cloud", true)]
    [InlineData("cloud:latest", false)]
    [InlineData("my-cloud", false)]
    [InlineData("example.org:443/cloud/llama:8b", false)]
    public void A_cloud_model_is_told_by_its_tag(string name, bool cloud) => Assert.Equal(cloud, ModelName.IsCloud(name));
}
