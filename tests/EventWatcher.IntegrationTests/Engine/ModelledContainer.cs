namespace EventWatcher.IntegrationTests;

/// <summary>The state a container should be in, and what may be done to it there.</summary>
internal sealed class ModelledContainer(string name, EngineTraits traits)
{
    private enum State
    {
        Absent,
        Created,
        Running,
        Paused,
        Exited,
    }

    private State _state;

    public string Name { get; } = name;

    /// <summary>The id of the container that has the name at present.</summary>
    public string Id { get; set; } = string.Empty;

    /// <summary>Repetitions are weights: what keeps a container alive is the more likely.</summary>
    public IReadOnlyList<ContainerOperation> Possible => _state switch
    {
        State.Absent => [ContainerOperation.Create],
        State.Created => [ContainerOperation.Start, ContainerOperation.Start, ContainerOperation.Start, ContainerOperation.Remove],
        State.Running =>
        [
            ContainerOperation.Stop, ContainerOperation.Kill, ContainerOperation.SignalContinue, ContainerOperation.Pause,
            ContainerOperation.Pause, ContainerOperation.Restart, ContainerOperation.Remove,
        ],
        State.Paused when !traits.StopsPaused => [ContainerOperation.Unpause, ContainerOperation.Unpause, ContainerOperation.Kill],
        State.Paused => [ContainerOperation.Unpause, ContainerOperation.Unpause, ContainerOperation.Stop, ContainerOperation.Kill],
        _ => [ContainerOperation.Start, ContainerOperation.Start, ContainerOperation.Restart, ContainerOperation.Remove],
    };

    /// <summary>
    /// Whether the operation may tell of an "unpause" as well, or not: the engine thaws a paused container in order to
    /// end it, and which of the two it hears of first is a race.
    /// </summary>
    public bool MayUnpause(ContainerOperation operation) => _state == State.Paused && operation is (ContainerOperation.Stop or ContainerOperation.Kill);

    /// <summary>Moves the model on, and says what the engine tells of it.</summary>
    public IReadOnlyList<string> Apply(ContainerOperation operation)
    {
        var before = _state;
        _state = operation switch
        {
            ContainerOperation.Create => State.Created,
            ContainerOperation.Start or ContainerOperation.Restart or ContainerOperation.Unpause => State.Running,
            ContainerOperation.Stop or ContainerOperation.Kill => State.Exited,
            ContainerOperation.Pause => State.Paused,
            ContainerOperation.Remove => State.Absent,
            _ => before,
        };
        return (operation, before) switch
        {
            (ContainerOperation.Create, _) => ["create"],
            (ContainerOperation.Start, _) => ["start"],
            (ContainerOperation.Stop, _) => traits.Stop,
            (ContainerOperation.Kill, _) => ["kill", "die"],
            (ContainerOperation.SignalContinue, _) => ["kill"],
            (ContainerOperation.Pause, _) => ["pause"],
            (ContainerOperation.Unpause, _) => ["unpause"],
            (ContainerOperation.Restart, State.Running) => traits.Restart,
            (ContainerOperation.Restart, _) => ["start", "restart"],
            (_, State.Running) => [.. traits.RemovalOfRunning.SkipLast(1), traits.Removed],
            _ => [traits.Removed],
        };
    }
}
