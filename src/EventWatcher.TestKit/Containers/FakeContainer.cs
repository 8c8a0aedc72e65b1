namespace EventWatcher.TestKit;

/// <summary>A container of a <see cref="FakeContainerProvider"/>, under its lock.</summary>
internal sealed class FakeContainer(ContainerId id, string name, EventAttributes labels)
{
    public ContainerId Id => id;

    public string Name { get; set; } = name;

    public EventAttributes Labels => labels;

    public ContainerStatus Status { get; set; } = ContainerStatus.Stopped;
}
