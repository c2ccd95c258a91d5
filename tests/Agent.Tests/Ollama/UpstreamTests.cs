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
}
