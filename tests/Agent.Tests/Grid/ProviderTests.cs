using System.Globalization;
using System.Text;
using Agent.Core.Carbon;
using Agent.Grid;
using Agent.Tests.Sensors.Wall;

namespace Agent.Tests.Grid;

public sealed class ProviderTests
{
    private const string Key = "canary-3f9a";

    private const string ElectricityMapsSays = """
        {"zone":"JP-TK","carbonIntensity":535,"datetime":"2026-11-23T11:00:00.000Z","updatedAt":"2026-11-23T11:40:00.000Z",
         "createdAt":"2026-11-20T11:00:00.000Z","emissionFactorType":"lifecycle","isEstimated":true,"estimationMethod":"TIME_SLICER_AVERAGE","temporalGranularity":"hourly"}
        """;

    private const string UkSays = """
        {"data":[{"from":"2026-11-23T11:00Z","to":"2026-11-23T11:30Z","intensity":{"forecast":146,"actual":151,"index":"low"}},
                 {"from":"2026-11-23T11:30Z","to":"2026-11-23T12:00Z","intensity":{"forecast":148,"actual":null,"index":"low"}},
                 {"from":"2026-11-23T12:00Z","to":"2026-11-23T12:30Z","intensity":{"forecast":160,"actual":null,"index":"moderate"}}]}
        """;

    private const string UkRegionSays = """
        {"data":{"regionid":13,"dnoregion":"UKPN London","shortname":"London","postcode":"SW1A","data":[
          {"from":"2026-11-23T11:30Z","to":"2026-11-23T12:00Z","intensity":{"forecast":98,"index":"low"},"generationmix":[{"fuel":"gas","perc":43.6}]}]}}
        """;

    private const string EnergyChartsSays = """
        {"unix_seconds":[1795429800,1795430700,1795431600,1795432500],"co2eq":[310.5,322.0,null,null],"co2eq_forecast":[305,318,325.5,330],"deprecated":false}
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 11, 45, 0, TimeSpan.Zero);

    public static TheoryData<string> All => ["electricity_maps", "uk", "energy_charts"];

    [Fact]
    public async Task Electricity_maps_is_asked_for_the_zone_alone_and_tells_its_last_hour()
    {
        var (question, header) = ("", "");
        await using var server = await PlugServer.StartAsync(context =>
        {
            (question, header) = ($"{context.Request.Path}{context.Request.QueryString}", $"{context.Request.Headers["auth-token"]}");
            return PlugServer.AnswerAsync(context, ElectricityMapsSays);
        });
        var told = Assert.IsType<GridAnswer.Told>(await AskAsync("electricity_maps", server, "JP-TK"));

        Assert.Equal(("/v3/carbon-intensity/latest?zone=JP-TK&emissionFactorType=lifecycle&shouldUseFallbackCallerLookup=false", Key), (question, header));
        Assert.Equal(new GridValue(Time("11:00"), Time("12:00"), 535, Estimated: true), Assert.Single(told.Values));
    }

    [Fact]
    public async Task The_uks_half_hours_are_measured_where_they_are_over_and_foreseen_else()
    {
        await using var server = await PlugServer.StartAsync(PlugServer.Knows(
            ("/intensity/2026-11-23T11:15Z/fw24h", UkSays), ("/regional/intensity/2026-11-23T11:15Z/fw24h/postcode/SW1A", UkRegionSays)));
        var told = Assert.IsType<GridAnswer.Told>(await AskAsync("uk", server, ""));
        var region = Assert.IsType<GridAnswer.Told>(await AskAsync("uk", server, "sw1a"));

        Assert.Equal([(151, false), (148, true), (160, true)], told.Values.Select(value => (value.Grams, value.Forecast)));
        Assert.Equal((98, true), (Assert.Single(region.Values).Grams, region.Values[0].Forecast));
    }

    [Fact]
    public async Task Energy_charts_tells_what_was_and_what_will_be()
    {
        await using var server = await PlugServer.StartAsync(PlugServer.Knows(("/co2eq?country=de", EnergyChartsSays)));
        var told = Assert.IsType<GridAnswer.Told>(await AskAsync("energy_charts", server, "DE"));

        Assert.Equal([(310.5, false), (322, false), (325.5, true), (330, true)], told.Values.Select(value => (value.Grams, value.Forecast)));
        Assert.Equal(TimeSpan.FromMinutes(15), told.Values[^1].To - told.Values[^1].From);
    }

    [Theory]
    [InlineData("electricity_maps", """{"zone":"DE","carbonIntensity":322,"datetime":"2026-11-23T11:00:00Z"}""", "another zone than JP-TK: DE")]
    [InlineData("electricity_maps", """{"zone":"JP-TK","carbonIntensity":null,"datetime":"2026-11-23T11:00:00Z"}""", "has no intensity of JP-TK now")]
    [InlineData("electricity_maps", """{"zone":"JP-TK","carbonIntensity":0,"datetime":"2026-11-23T11:00:00Z"}""", "tells no intensity")]
    [InlineData("electricity_maps", """{"zone":"JP-TK","carbonIntensity":-1,"datetime":"2026-11-23T11:00:00Z"}""", "tells no intensity")]
    [InlineData("electricity_maps", """{"zone":"JP-TK","carbonIntensity":90000,"datetime":"2026-11-23T11:00:00Z"}""", "tells no intensity")]
    [InlineData("uk", """{"data":{"postcode":"RG10","data":[]}}""", "another postcode than SW1A")]
    [InlineData("uk", """{"data":[]}""", "something else")]
    [InlineData("energy_charts", """{"unix_seconds":[1795429800],"co2eq":[null],"co2eq_forecast":[]}""", "tells no intensity")]
    [InlineData("energy_charts", "[]", "something else")]
    [InlineData("energy_charts", """{"unix_seconds":["x"],"co2eq":[1]}""", "something else")]
    [InlineData("energy_charts", """{"unix_seconds":[999999999999999],"co2eq":[1]}""", "something else")]
    [InlineData("electricity_maps", """{"zone":"JP-TK","carbonIntensity":300,"datetime":"9999-12-31T23:59:59Z"}""", "something else")]
    public async Task What_is_no_intensity_of_that_zone_is_none(string provider, string text, string reason)
    {
        await using var server = await PlugServer.StartAsync(PlugServer.Always(text));

        Fails(GridFailure.Answer, reason, await AskAsync(provider, server, provider == "uk" ? "SW1A" : "JP-TK"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Errors_are_told_apart_and_none_repeats_the_key_or_what_was_answered(string provider)
    {
        await using var server = await PlugServer.StartAsync(PlugServer.Always("Access denied", 401));
        Fails(GridFailure.Denied, "refuses the key", await AskAsync(provider, server));
        server.Device = PlugServer.Always("<html>canary-answer", 500);
        Fails(GridFailure.Server, "status 500", await AskAsync(provider, server));
        server.Device = PlugServer.Always("no such zone", 404);
        Fails(GridFailure.Answer, "is the zone one of its own?", await AskAsync(provider, server));
        server.Device = PlugServer.Always("{\"zone\": canary-answer");
        Fails(GridFailure.Answer, "something else than it documents", await AskAsync(provider, server));
        server.Device = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return PlugServer.AnswerAsync(context, "this is not packed");
        };
        Fails(GridFailure.Answer, "something else than it documents", await AskAsync(provider, server));
        server.Device = context =>
        {
            context.Response.Headers.Location = "http://127.0.0.1:1/elsewhere";
            return PlugServer.AnswerAsync(context, "", 302);
        };
        Fails(GridFailure.Answer, "status 302", await AskAsync(provider, server));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("1", 10)]
    [InlineData("999999", 86400)]
    [InlineData("Mon, 23 Nov 2026 11:50:00 GMT", 300)]
    public async Task A_quota_says_when_to_ask_again(string header, double seconds)
    {
        await using var server = await PlugServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = header;
            return PlugServer.AnswerAsync(context, "slow down", 429);
        });

        Assert.Equal(seconds, Fails(GridFailure.Quota, "asked too often", await AskAsync("energy_charts", server)).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task What_is_known_already_is_not_sent_again()
    {
        await using var server = await PlugServer.StartAsync(context =>
        {
            context.Response.Headers.ETag = "\"7\"";
            return context.Request.Headers.IfNoneMatch == "\"7\"" ? PlugServer.AnswerAsync(context, "", 304) : PlugServer.AnswerAsync(context, EnergyChartsSays);
        });
        using var http = new GridHttp();
        var provider = new EnergyCharts(http, "DE", server.Address);
        var told = Assert.IsType<GridAnswer.Told>(await provider.AskAsync(GridValidators.None, Now, TestContext.Current.CancellationToken));

        Assert.IsType<GridAnswer.NotModified>(await provider.AskAsync(told.Validators, Now, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task One_that_hangs_is_given_up_and_an_answer_without_end_is_not_read_to_it()
    {
        await using var server = await PlugServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        Fails(GridFailure.Timeout, "did not answer within", await AskAsync("uk", server, patience: 0.5));
        server.Device = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1 << 16], context.RequestAborted);
            }
        };
        Fails(GridFailure.Answer, "more than 1024 kB", await AskAsync("uk", server));
    }

    [Fact]
    public async Task Where_nothing_listens_is_told()
    {
        var server = await PlugServer.StartAsync(PlugServer.Always(""));
        await server.DisposeAsync();

        Fails(GridFailure.Unreachable, "cannot be reached", await AskAsync("uk", server));
    }

    [Fact]
    public async Task A_file_is_a_number_or_lines_of_times_and_says_what_is_wrong_with_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            await WriteAsync(path, "412\n", Now.AddHours(-3));
            Assert.Equal(new GridValue(Now.AddHours(-3), Now.AddHours(1), 412), Assert.Single(Assert.IsType<GridAnswer.Told>(await FileAsync(path)).Values));
            await WriteAsync(path, "412\n", Now.AddHours(-25));
            Fails(GridFailure.Answer, "not written for more than a day", await FileAsync(path));
            await WriteAsync(path, "0\n", Now);
            Fails(GridFailure.Answer, "no grid's intensity", await FileAsync(path));
            await WriteAsync(path, "from,grams_per_kwh\n2026-11-23T11:00Z,300\n2026-11-23T11:30Z,310 # half past\n2026-11-23T12:00Z,320\n", Now);
            Assert.Equal((310, Time("11:30")), Assert.IsType<GridAnswer.Told>(await FileAsync(path)) is var told ? (told.Values[0].Grams, told.Values[0].From) : default);
            await WriteAsync(path, "2026-11-23T11:00Z,300\n2026-11-23T10:30Z,310\n", Now);
            Fails(GridFailure.Answer, "line 2 is not later", await FileAsync(path));
        }
        finally
        {
            File.Delete(path);
        }

        Fails(GridFailure.Unreachable, "There is no file", await FileAsync(path));
    }

    [Fact]
    public async Task Each_line_of_a_file_holds_until_the_next_however_long_that_is_and_the_last_for_an_hour()
    {
        var path = Path.GetTempFileName();
        await WriteAsync(path, "2026-11-01T00:00Z,420\n2026-12-01T00:00Z,400\n", Now);
        var months = Assert.Single(Assert.IsType<GridAnswer.Told>(await FileAsync(path)).Values);
        await WriteAsync(path, "2026-11-23T11:30Z,310\n", Now);
        var last = Assert.Single(Assert.IsType<GridAnswer.Told>(await FileAsync(path)).Values);
        File.Delete(path);

        Assert.Equal((420, new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)), (months.Grams, months.To));
        Assert.Equal((310, Time("12:30")), (last.Grams, last.To));
    }

    private static async Task WriteAsync(string path, string text, DateTimeOffset written)
    {
        await File.WriteAllTextAsync(path, text, Encoding.UTF8);
        File.SetLastWriteTimeUtc(path, written.UtcDateTime);
    }

    private static Task<GridAnswer> FileAsync(string path) =>
        new FileIntensity(path, "XX").AskAsync(GridValidators.None, Now, TestContext.Current.CancellationToken);

    private static async Task<GridAnswer> AskAsync(string name, PlugServer server, string zone = "DE", double patience = 20)
    {
        using var http = new GridHttp(TimeSpan.FromSeconds(patience));
        IIntensityProvider provider = name switch
        {
            "electricity_maps" => new ElectricityMaps(http, zone, EmissionScope.Lifecycle, () => Key, server.Address),
            "uk" => new UkCarbonIntensity(http, zone == "DE" ? "" : zone, server.Address),
            _ => new EnergyCharts(http, zone, server.Address),
        };
        return await provider.AskAsync(GridValidators.None, Now, TestContext.Current.CancellationToken);
    }

    private static GridAnswer.Failed Fails(GridFailure cause, string reason, GridAnswer answer)
    {
        var failed = Assert.IsType<GridAnswer.Failed>(answer);
        Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failed.ToString(), StringComparison.Ordinal);
        Assert.Equal(cause, failed.Cause);
        return failed;
    }

    private static DateTimeOffset Time(string time) => DateTimeOffset.Parse($"2026-11-23T{time}Z", CultureInfo.InvariantCulture);
}
