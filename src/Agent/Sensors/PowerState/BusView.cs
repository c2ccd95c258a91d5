namespace Agent.Sensors.PowerState;

/// <summary>What the message bus tells of the machine's power.</summary>
/// <param name="Profiles">How it stands with the daemon that keeps the profile.</param>
/// <param name="Supply">How it stands with UPower.</param>
/// <param name="Name">The profile daemon's name.</param>
/// <param name="Profile">What that daemon told.</param>
/// <param name="OnBattery">What UPower told.</param>
internal sealed record BusView(BusStanding Profiles, BusStanding Supply, BusName Name, BusValues Profile, bool? OnBattery)
{
    /// <summary>What is known where nobody can be asked.</summary>
    public static BusView Without(BusStanding trouble) => new(trouble, trouble, BusName.Profiles, BusValues.None, null);

    /// <summary>What two daemons tell.</summary>
    public static BusView Of(BusService profiles, BusService supply) =>
        new(profiles.Standing, supply.Standing, profiles.Chosen, profiles.Values, supply.Values.OnBattery);
}
