namespace EventWatcher.Docker.Tests;

public sealed class DockerSignalTests
{
    [Theory]
    [InlineData("SIGTERM", "SIGTERM")]
    [InlineData("TERM", "SIGTERM")]
    [InlineData("sigterm", "SIGTERM")]
    [InlineData("15", "SIGTERM")]
    [InlineData("9", "SIGKILL")]
    [InlineData("1", "SIGHUP")]
    [InlineData("31", "SIGSYS")]
    [InlineData("CLD", "SIGCHLD")]
    [InlineData("34", "SIGRTMIN")]
    [InlineData("37", "SIGRTMIN+3")]
    [InlineData("RTMIN+3", "SIGRTMIN+3")]
    [InlineData("rtmin", "SIGRTMIN")]
    [InlineData("RTMIN+16", "SIGRTMAX-14")]
    [InlineData("SIGRTMAX-15", "SIGRTMIN+15")]
    [InlineData("64", "SIGRTMAX")]
    [InlineData("RTMAX", "SIGRTMAX")]
    public void Normalize_every_spelling_is_one(string signal, string expected) => Assert.Equal(expected, DockerSignal.Normalize(signal));

    [Theory]
    [InlineData("")]
    [InlineData("SIG")]
    [InlineData("0")]
    [InlineData("-9")]
    [InlineData("32")]
    [InlineData("65")]
    [InlineData("99999999999")]
    [InlineData("TERMINATE")]
    [InlineData("TERM ")]
    [InlineData("SIGSIGTERM")]
    [InlineData("RTMIN-1")]
    [InlineData("RTMIN+")]
    [InlineData("RTMIN+31")]
    [InlineData("RTMAX+1")]
    [InlineData("RTX")]
    [InlineData("9&t=0")]
    public void Normalize_what_is_no_signal_is_refused_with_its_value(string signal)
    {
        var exception = Assert.Throws<ArgumentException>(() => DockerSignal.Normalize(signal));
        Assert.Contains($"\"{signal}\"", exception.Message, StringComparison.Ordinal);
    }
}
