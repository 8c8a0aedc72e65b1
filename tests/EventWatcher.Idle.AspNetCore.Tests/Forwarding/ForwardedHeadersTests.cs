namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class ForwardedHeadersTests
{
    [Theory]
    [InlineData("transfer-encoding", "", true)]
    [InlineData("Upgrade", "", true)]
    [InlineData("X-Hop", "close, x-hop", true)]
    [InlineData("X-Hop", "close, x-hopper", false)]
    [InlineData("Host", "close", false)]
    [InlineData("Authorization", "", false)]
    public void Header_of_one_connection_is_told_from_the_others(string name, string connection, bool expected) =>
        Assert.Equal(expected, ForwardedHeaders.IsOfOneConnection(name, connection));
}
