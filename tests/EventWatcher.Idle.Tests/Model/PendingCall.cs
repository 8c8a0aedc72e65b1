namespace EventWatcher.Idle.Tests;

/// <summary>A call of the runtime that has not returned yet.</summary>
internal sealed class PendingCall(FakeContainerAction action, string name, ContainerId id, TaskCompletionSource<ContainerStatus> answer)
{
    public FakeContainerAction Action => action;

    public string Name => name;

    public ContainerId Id => id;

    public TaskCompletionSource<ContainerStatus> Answer => answer;

    public bool IsStart => action is FakeContainerAction.Start or FakeContainerAction.Unpause;

    public bool IsStop => action is FakeContainerAction.Stop or FakeContainerAction.Pause or FakeContainerAction.Kill;

    public override string ToString() => $"{action} {name}";
}
