using Agent.Config;
using Agent.Core.Metering;
using Agent.Sensors.Wall;
using static Agent.Tests.Sensors.Wall.Asking;

namespace Agent.Tests.Sensors.Wall;

public sealed class LoginTests : IDisposable
{
    private const string Secret = "correct horse/&=%";

    private readonly SecretFile _right = new($"{Secret}\nsecond line\n");
    private readonly SecretFile _wrong = new("guess");

    public void Dispose()
    {
        _right.Dispose();
        _wrong.Dispose();
    }

    [Fact]
    public async Task Digest_with_sha_256_opens_the_second_generation() => Draws(62.3, await AskAsync(
        WallKind.Shelly, SimulatedLogin.Digest(Secret, SimulatedPlugs.PlusPlug(62.3, locked: true)), password: _right.Path));

    [Fact]
    public async Task Basic_opens_the_first_generation() => Draws(62.3, await AskAsync(
        WallKind.Shelly, SimulatedLogin.Basic("admin", Secret, SimulatedPlugs.FirstPlug(62.3, locked: true)), password: _right.Path));

    [Fact]
    public async Task A_wrong_password_is_told_without_the_password()
    {
        var digest = Fails(MissingCause.Permission, "does not take the password of user 'admin'", await AskAsync(
            WallKind.Shelly, SimulatedLogin.Digest(Secret, SimulatedPlugs.PlusPlug(1, locked: true)), password: _wrong.Path));
        var basic = Fails(MissingCause.Permission, "does not take the password of user 'admin'", await AskAsync(
            WallKind.Shelly, SimulatedLogin.Basic("admin", Secret, SimulatedPlugs.FirstPlug(1, locked: true)), password: _wrong.Path));

        Assert.DoesNotContain("guess", $"{digest} {basic}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_password_that_is_needed_and_not_configured_is_told(bool isFirst) => Fails(
        MissingCause.Permission,
        "asks for a password, and none is configured",
        await AskAsync(WallKind.Shelly, isFirst ? SimulatedPlugs.FirstPlug(1, locked: true) : SimulatedPlugs.PlusPlug(1, locked: true)));

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    public async Task Tasmota_takes_the_password_in_its_query(int refusal)
    {
        var device = SimulatedPlugs.LockedTasmota(Secret, refusal);

        Draws(70, await AskAsync(WallKind.Tasmota, device, password: _right.Path));
        var wrong = Fails(MissingCause.Permission, "does not take the password", await AskAsync(WallKind.Tasmota, device, password: _wrong.Path));
        Fails(MissingCause.Permission, "none is configured", await AskAsync(WallKind.Tasmota, device));
        Assert.DoesNotContain("guess", wrong.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_address_may_ask_for_either()
    {
        Draws(5, await AskAsync(WallKind.Json, SimulatedLogin.Basic("me", Secret, PlugServer.Always("5")), password: _right.Path, user: "me"));
        Draws(6, await AskAsync(WallKind.Json, SimulatedLogin.Digest(Secret, PlugServer.Always("6")), password: _right.Path, user: "admin"));
    }

    [Fact]
    public async Task A_password_file_that_cannot_be_read_is_told_by_its_name() => Fails(
        MissingCause.Error, "/no/such/file (sensors.wall.password_file) cannot be read", await AskAsync(WallKind.Shelly, SimulatedPlugs.PlusPlug(1), password: "/no/such/file"));

    [Fact]
    public void A_login_shows_its_password_to_nobody_and_gives_it_to_no_other_host()
    {
        var login = WallLogin.Read(new WallConfig { Address = "http://plug", PasswordFile = _right.Path });

        Assert.Equal(Secret, login.Password);
        Assert.DoesNotContain(Secret, login.ToString(), StringComparison.Ordinal);
        Assert.NotNull(login.GetCredential(new Uri("http://plug/x"), "Digest"));
        Assert.Null(login.GetCredential(new Uri("http://other/x"), "Digest"));
        Assert.Null(login.GetCredential(new Uri("http://plug/x"), "NTLM"));
    }
}
