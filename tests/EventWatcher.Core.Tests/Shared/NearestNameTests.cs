namespace EventWatcher.Core.Tests.Shared;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["FlushInterval", "Capacity", "Overflow"];

    [Theory]
    [InlineData("FlushIntervall", "FlushInterval")]
    [InlineData("flush-interval", "FlushInterval")]
    [InlineData("Flush_Intervals", "FlushInterval")]
    [InlineData("Capcity", "Capacity")]
    [InlineData("OVERFLW", "Overflow")]
    public void Of_typing_error_finds_what_was_meant(string name, string meant) => Assert.Equal(meant, NearestName.Of(name, Known));

    [Theory]
    [InlineData("Endpoint")]
    [InlineData("x")]
    [InlineData("")]
    public void Of_something_else_guesses_nothing(string name) => Assert.Null(NearestName.Of(name, Known));

    [Fact]
    public void Of_nothing_known_guesses_nothing() => Assert.Null(NearestName.Of("x", []));
}
