using Agent.Config;
using Agent.Ollama;

namespace Agent.Tests.Ollama;

public sealed class UpstreamTests
{
    [Theory]
    [InlineData("http://127.0.0.1:11434", "http://127.0.0.1:11434", "127.0.0.1")]
    [InlineData("http://127.0.0.5:8080/", "http://127.0.0.5:8080", "127.0.0.5")]
    [InlineData("http://0.0.0.0:11434", "http://127.0.0.1:11434", "127.0.0.1")]
    [InlineData("http://[::]:11434", "http://[::1]:11434", "::1")]
    [InlineData("http://[::1]:11434", "http://[::1]:11434", "::1")]
    [InlineData("http://localhost:11434", "http://localhost:11434", "127.0.0.1 ::1")]
    [InlineData("0.0.0.0", "http://127.0.0.1:11434", "127.0.0.1")]
    [InlineData("127.0.0.1:80", "http://127.0.0.1", "127.0.0.1")]
    [InlineData("http://192.168.1.5:11434", "http://192.168.1.5:11434", "")]
    [InlineData("http://ollama:11434", "http://ollama:11434", "")]
    [InlineData("https://ollama.example.org", "https://ollama.example.org", "")]
    public void An_address_is_where_to_connect_to_and_what_that_is_on_this_machine(string text, string address, string loopbacks)
    {
        var upstream = Upstream.Parse(text);

        Assert.Equal(address, $"{upstream}");
        Assert.Equal(loopbacks, string.Join(' ', upstream.Loopbacks));
    }

    [Fact]
    public void The_only_Ollama_needs_no_name_and_several_are_called_by_host_and_port()
    {
        var one = Assert.Single(Upstream.All(new OllamaConfig { Upstream = "http://127.0.0.1:11500" }));
        var several = Upstream.All(new OllamaConfig { Upstreams = { [1] = "[::1]", [0] = "http://127.0.0.1:80", [2] = "https://Box.example.org" } });

        Assert.Equal(("", "ollama.upstream"), (one.Name, one.Key));
        Assert.Equal(["127.0.0.1:80", "[::1]:11434", "box.example.org:443"], several.Select(upstream => upstream.Name));
        Assert.All(several, upstream => Assert.Equal("ollama.upstreams", upstream.Key));
    }

    [Fact]
    public void One_address_in_a_list_is_the_only_one() =>
        Assert.Equal("", Assert.Single(Upstream.All(new OllamaConfig { Upstreams = { [0] = "127.0.0.1:11500" } })).Name);
}
