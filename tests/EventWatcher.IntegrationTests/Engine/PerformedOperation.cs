namespace EventWatcher.IntegrationTests;

/// <summary>
/// One step of a script that was carried out, with the actions that the engine tells of it (their order is the
/// engine's affair), and whether it may tell of an "unpause" on top.
/// </summary>
public sealed record PerformedOperation(int Client, string Name, string Id, ContainerOperation Operation, IReadOnlyList<string> Actions, bool MayUnpause)
{
    public override string ToString() => $"client {Client}: {Operation} {Name} ({Id[..12]})";
}
