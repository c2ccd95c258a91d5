using System.Text;
using Agent.Config;
using Agent.Core.Metering;
using Microsoft.AspNetCore.Http;
using static Agent.Tests.Sensors.Wall.Asking;

namespace Agent.Tests.Sensors.Wall;

/// <summary>All that can go wrong on the way, for whatever kind is asked.</summary>
public sealed class WallFaultTests
{
    private const string Power = """{"StatusSNS":{"ENERGY":{"Power":1}}}""";

    [Theory]
    [InlineData(StatusCodes.Status401Unauthorized, MissingCause.Permission, "asks for a password, and none is configured")]
    [InlineData(StatusCodes.Status403Forbidden, MissingCause.Permission, "asks for a password, and none is configured")]
    [InlineData(StatusCodes.Status404NotFound, MissingCause.Unsupported, "does not know /")]
    [InlineData(StatusCodes.Status429TooManyRequests, MissingCause.Error, "answered with status 429")]
    [InlineData(StatusCodes.Status500InternalServerError, MissingCause.Error, "answered with status 500")]
    [InlineData(StatusCodes.Status204NoContent, MissingCause.Error, "answered with status 204")]
    public async Task A_status_of_failure_is_told_with_what_to_do(int status, MissingCause cause, string what)
    {
        await using var plug = await PlugServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Fails(cause, what, await AskAsync(At(WallKind.Json, plug)));
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        await using var other = await PlugServer.StartAsync(PlugServer.Always("62"));
        await using var plug = await PlugServer.StartAsync(context =>
        {
            context.Response.Redirect($"{other.Address}/login?token=secret");
            return Task.CompletedTask;
        });

        foreach (var kind in new[] { WallKind.Shelly, WallKind.Tasmota, WallKind.Json })
        {
            var told = Fails(MissingCause.Error, $"sends on to {other.Address}, where", await AskAsync(At(kind, plug)));
            Assert.DoesNotContain("secret", told.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, other.Asked);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_for_long()
    {
        var ended = new TaskCompletionSource();
        await using var plug = await PlugServer.StartAsync(async context =>
        {
            var megabyte = new byte[1024 * 1024];
            Array.Fill(megabyte, (byte)' ');
            try
            {
                while (true)
                {
                    await context.Response.Body.WriteAsync(megabyte, context.RequestAborted);
                }
            }
            finally
            {
                ended.TrySetResult();
            }
        });

        Fails(MissingCause.Error, "more than 64 kB", await AskAsync(At(WallKind.Tasmota, plug)));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // the connection is closed, not left to fill
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"StatusSNS\":", "broke off its answer")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"StatusSNS\":", "did not answer with whole JSON")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "broke off its answer")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", "broke off its answer")]
    [InlineData("\0\u0001\u0002", "broke off its answer")]
    [InlineData("", "broke off its answer")]
    public async Task What_is_cut_off_or_no_HTTP_is_told(string bytes, string what)
    {
        await using var server = new RawServer(Encoding.Latin1.GetBytes(bytes));

        Fails(MissingCause.Error, what, await AskAsync(new WallConfig { Kind = WallKind.Tasmota, Address = server.Address }));
    }

    [Fact]
    public async Task Where_nothing_listens_is_told()
    {
        var plug = await PlugServer.StartAsync(PlugServer.Always(Power));
        await plug.DisposeAsync();

        Fails(MissingCause.Gone, $"Nothing listens at {plug.Address}", await AskAsync(At(WallKind.Tasmota, plug)));
    }

    [Fact]
    public async Task A_name_nobody_knows_is_told() => Fails(
        MissingCause.Gone, "The name no-such-plug.invalid is not known", await AskAsync(new WallConfig { Kind = WallKind.Shelly, Address = "http://no-such-plug.invalid" }));

    [Fact]
    public async Task A_plug_that_hangs_is_given_up_when_its_time_is_up()
    {
        await using var plug = await PolledPlug.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var missing = PolledPlug.Missing(await plug.StepIntoSilenceAsync());
        Assert.Equal(MissingCause.Unresponsive, missing.Cause);
        Assert.Contains("did not answer within 2 s", missing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_given_up_when_its_time_is_up()
    {
        await using var plug = await PolledPlug.StartAsync(
            async context =>
            {
                await context.Response.WriteAsync("{", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
            WallKind.Tasmota);

        Assert.Equal(MissingCause.Unresponsive, PolledPlug.Missing(await plug.StepIntoSilenceAsync()).Cause);
    }
}
