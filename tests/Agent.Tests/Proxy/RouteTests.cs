using Agent.Proxy;

namespace Agent.Tests.Proxy;

public sealed class RouteTests
{
    [Theory]
    [InlineData("GET", "/api/generate")]
    [InlineData("POST", "/api/generate/")]
    [InlineData("POST", "/API/generate")]
    [InlineData("POST", "//api/generate")]
    [InlineData("POST", "/api/show")]
    [InlineData("POST", "/v1/messages/count_tokens")]
    [InlineData("post", "/api/chat")]
    public void Only_the_routes_themselves_are_metered(string method, string path) => Assert.Null(Route.Of(method, path));

    [Fact]
    public void Every_kind_has_a_route()
    {
        string[] paths =
        [
            "/api/generate", "/api/chat", "/api/embed", "/api/embeddings", "/v1/chat/completions", "/v1/completions",
            "/v1/embeddings", "/v1/responses", "/v1/messages", "/api/pull",
        ];

        Assert.Equal(Enum.GetValues<RouteKind>().Order(), paths.Select(path => Route.Of("POST", path)!.Kind).Order());
    }
}
