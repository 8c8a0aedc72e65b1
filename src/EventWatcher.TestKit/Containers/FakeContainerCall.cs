namespace EventWatcher.TestKit;

/// <summary>One call of a method of a <see cref="FakeContainerProvider"/>.</summary>
/// <param name="Action">Which method.</param>
/// <param name="Id">The container's id as it was given; the default value for a list.</param>
/// <param name="Name">The container's name; empty where there is no such container, and for a list.</param>
/// <param name="Signal">The signal that was asked for; null where there is none.</param>
public sealed record FakeContainerCall(FakeContainerAction Action, ContainerId Id, string Name, string? Signal = null);
