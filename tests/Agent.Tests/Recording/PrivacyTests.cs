using System.Collections;
using System.Reflection;
using System.Text;
using Agent.Core.Attribution;
using Agent.Tests.Proxy;

namespace Agent.Tests.Recording;

/// <summary>A recording goes into a bug report: nothing of what people asked and were answered is in it.</summary>
public sealed class PrivacyTests
{
    private const string Canary = "kanarienvogel";

    [Theory]
    [InlineData("/api/generate", "{\"model\":\"tiny\",\"prompt\":\"C\",\"system\":\"C\",\"options\":{\"stop\":[\"C\"]}}", "application/x-ndjson",
        "{\"model\":\"tiny\",\"response\":\"C\",\"done\":false}\n{\"model\":\"tiny\",\"response\":\"C\",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":2,\"eval_duration\":9}\n")]
    [InlineData("/api/chat", "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"C\",\"images\":[\"C\"]}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"C\"}}]}", "application/x-ndjson",
        "{\"model\":\"tiny\",\"message\":{\"role\":\"assistant\",\"content\":\"C\",\"thinking\":\"C\"},\"done\":false}\n{\"model\":\"tiny\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"prompt_eval_count\":3,\"eval_count\":2,\"eval_duration\":9}\n")]
    [InlineData("/v1/chat/completions", "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"C\"}],\"user\":\"C\"}", "application/json",
        "{\"id\":\"C\",\"object\":\"chat.completion\",\"model\":\"tiny\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"C\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}")]
    [InlineData("/v1/messages", "{\"model\":\"tiny\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"C\"}],\"metadata\":{\"user_id\":\"C\"}}", "application/json",
        "{\"id\":\"C\",\"type\":\"message\",\"model\":\"tiny\",\"content\":[{\"type\":\"text\",\"text\":\"C\"}],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}")]
    [InlineData("/api/embed", "{\"model\":\"tiny\",\"input\":[\"C\",\"C\"]}", "application/json",
        "{\"model\":\"tiny\",\"embeddings\":[[0.1]],\"prompt_eval_count\":3,\"note\":\"C\"}")]
    [InlineData("/api/generate", "{\"model\":\"tiny\",\"prompt\":\"C\"}", "application/json", "{\"error\":\"C is no prompt\"}", 500)]
    [InlineData("/api/chat", "{\"model\":\"tiny\",\"messages\":\"C\" this is no JSON: C", "text/plain", "C")]
    public async Task Neither_prompts_nor_answers_are_recorded(string path, string request, string type, string answer, int status = 200)
    {
        var (sent, returned) = (request.Replace("C", Canary, StringComparison.Ordinal), answer.Replace("C", Canary, StringComparison.Ordinal));
        await using var ollama = ScriptedUpstream.Answering(_ => $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {returned.Length}\r\n\r\n{returned}");
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, readElsewhere: static _ => false);
        using (var client = await proxy.ConnectAsync())
        {
            await client.SendAsync(Encoding.UTF8.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Canary}\r\nUser-Agent: {Canary}\r\nContent-Type: application/json\r\nContent-Length: {sent.Length}\r\n\r\n{sent}"));
            Assert.Contains(Canary, Encoding.UTF8.GetString((await client.ReceiveAnswerAsync()).Body), StringComparison.Ordinal);
        }

        var told = new List<LedgerEvent>();
        while (!told.Exists(entry => entry is LedgerEvent.RequestEnded))
        {
            told.AddRange(proxy.Told());
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        using var recorded = await new Recorded().WriteAsync(told);
        var text = await File.ReadAllTextAsync(recorded.File, TestContext.Current.CancellationToken);
        Assert.Contains("\"type\":\"request_started\"", text, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"request_ended\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, text, StringComparison.OrdinalIgnoreCase);
    }
    [Fact]
    public void What_the_proxy_tells_has_room_for_no_text_but_a_models_name()
    {
        Type[] told =
        [
            typeof(LedgerEvent.RequestStarted), typeof(LedgerEvent.RequestProgressed), typeof(LedgerEvent.RequestEnded),
            typeof(LedgerEvent.PullProgressed), typeof(LedgerEvent.PullEnded),
        ];

        Assert.Equal(["Request.Model", "Request.Ollama"], told.SelectMany(type => Texts(type)).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Texts(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        let of = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType
        from text in of == typeof(string) || typeof(IEnumerable).IsAssignableFrom(of) ? [$"{type.Name}.{property.Name}"]
            : of.Assembly == typeof(LedgerEvent).Assembly ? Texts(of)
            : []
        select text;
}
