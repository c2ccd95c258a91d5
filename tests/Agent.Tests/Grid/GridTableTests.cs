using Agent.Grid;

namespace Agent.Tests.Grid;

public sealed class GridTableTests
{
    [Theory]
    [InlineData("JP", "JP", 482.3)]
    [InlineData("jp-tk", "JP", 482.3)]
    [InlineData("UK", "GB", 210.9)]
    [InlineData("", "ZZ", 473.0)]
    [InlineData("EU", "EU", 213.3)]
    public void A_zone_is_its_country_and_none_is_the_world(string zone, string code, double grams)
    {
        var row = GridTable.Find(zone)!;

        Assert.Equal((code, grams), (row.Code, row.Grams));
    }

    [Fact]
    public void What_is_no_country_has_no_average() => Assert.Null(GridTable.Find("XX"));
}
