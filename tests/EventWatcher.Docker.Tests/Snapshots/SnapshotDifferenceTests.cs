namespace EventWatcher.Docker.Tests;

public sealed class SnapshotDifferenceTests
{
    [Theory]
    [InlineData(null, null, "")]
    [InlineData(null, "Stopped", "create")]
    [InlineData(null, "Running", "create start")]
    [InlineData(null, "Paused", "create start pause")]
    [InlineData("Stopped", null, "destroy")]
    [InlineData("Running", null, "die destroy")]
    [InlineData("Paused", null, "die destroy")]
    [InlineData("Stopped", "Stopped", "")]
    [InlineData("Stopped", "Running", "start")]
    [InlineData("Stopped", "Paused", "start pause")]
    [InlineData("Running", "Stopped", "die")]
    [InlineData("Running", "Running", "")]
    [InlineData("Running", "Paused", "pause")]
    [InlineData("Paused", "Stopped", "die")]
    [InlineData("Paused", "Running", "unpause")]
    [InlineData("Paused", "Paused", "")]
    public void Between_two_states_are_the_actions_that_lead_there(string? known, string? now, string actions) =>
        Assert.Equal(actions, string.Join(' ', SnapshotDifference.Between(Of(known, "a"), Of(now, "a")).Select(a => a.ToName())));

    [Fact]
    public void Between_two_names_is_a_rename_before_all_else() =>
        Assert.Equal(
            [EventAction.ContainerRename, EventAction.ContainerStart],
            SnapshotDifference.Between(Of("Stopped", "a"), Of("Running", "b")));

    private static KnownContainer? Of(string? status, string name) =>
        status is null ? null : new KnownContainer(name, Enum.Parse<ContainerStatus>(status), EventAttributes.Empty);
}
