namespace EventWatcher.Proxmox.Tests;

public sealed class GuestStatesTests
{
    [Theory]
    [InlineData("stopped", nameof(GuestState.Stopped))]
    [InlineData("running", nameof(GuestState.Running))]
    [InlineData("paused", nameof(GuestState.Paused))]
    [InlineData("prelaunch", nameof(GuestState.Running))]
    [InlineData("unknown", nameof(GuestState.Unknown))]
    [InlineData(null, nameof(GuestState.Unknown))]
    public void Row_s_word_is_read(string? word, string expected) => Assert.Equal(expected, GuestStates.Of(new ProxmoxResource { Status = word }).ToString());

    [Theory]
    [InlineData("running", "paused", nameof(GuestState.Paused))]
    [InlineData("running", "running", nameof(GuestState.Running))]
    [InlineData("running", null, nameof(GuestState.Running))]
    [InlineData("stopped", "stopped", nameof(GuestState.Stopped))]
    public void Exact_words_are_read(string status, string? machine, string expected) =>
        Assert.Equal(expected, GuestStates.Of(new ProxmoxGuestStatus { Status = status, QmpStatus = machine }).ToString());

    [Theory]
    [InlineData("lxc/101", true)]
    [InlineData("qemu/100", true)]
    [InlineData("storage/1", false)]
    [InlineData("lxc/", false)]
    [InlineData("lxc/-1", false)]
    [InlineData("lxc/1x", false)]
    [InlineData("101", false)]
    public void Id_is_read(string text, bool expected)
    {
        Assert.Equal(expected, GuestId.TryParse(text, out var id));
        Assert.True(!expected || id.ToString() == text);
    }
}
