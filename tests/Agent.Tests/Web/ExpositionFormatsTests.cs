using Agent.Web;
using Microsoft.AspNetCore.Http;
using ExpositionFormat = Agent.Export.ExpositionFormat;

namespace Agent.Tests.Web;

public sealed class ExpositionFormatsTests
{
    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)] // Prometheus 2.42
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true)] // Prometheus 3
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;version=\"1.0.0\"", true)]
    [InlineData("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", false)]
    [InlineData("application/openmetrics-text;q=0,text/plain", false)]
    [InlineData("application/openmetrics-text;q=0.2,text/plain;q=0.9", false)]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", false)]
    [InlineData("application/json", false)]
    [InlineData("no header at all;;;", false)]
    [InlineData("", false)]
    public void A_scraper_gets_openmetrics_where_it_likes_that_best_else_text(string accept, bool openMetrics)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Accept = accept;

        Assert.Equal(openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text, ExpositionFormats.Of(request.GetTypedHeaders().Accept));
    }
}
