using Microsoft.Extensions.Logging;

namespace EventWatcher.Idle;

/// <summary>What a watcher shares with the others of its manager.</summary>
internal sealed class WatcherServices
{
    public required IContainerProvider Provider { get; init; }

    public required IdleClock Clock { get; init; }

    public required SharedTimer Timer { get; init; }

    public required WaitingBudget Budget { get; init; }

    public required HealthProbes Probes { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Finds the id of the container that has a name now; null where there is none.</summary>
    public required Func<string, CancellationToken, Task<ContainerId?>> FindId { get; init; }

    /// <summary>Finds the watcher of something that is depended on; null where there can't be one.</summary>
    public required Func<string, IdleWatcher?> FindDependency { get; init; }

    /// <summary>Gets how those go on who waited: not on the thread of whoever ended their waiting, but in tests that decide the order of everything.</summary>
    public TaskCreationOptions Continuations { get; init; } = TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Begins work that is not to hold up whoever caused it.</summary>
    public Action<Func<Task>> Launch { get; init; } = RunApart;

    // Without the ambient values of whichever request happened to cause it.
    private static void RunApart(Func<Task> work)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = Task.Run(work);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(work);
        }
    }
}
