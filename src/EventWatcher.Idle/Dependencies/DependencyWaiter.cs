namespace EventWatcher.Idle;

/// <summary>A wake that waits for something it depends on; the result is null, or why it waits in vain.</summary>
internal sealed class DependencyWaiter(DependencyCondition condition, TaskCreationOptions continuations)
    : TaskCompletionSource<IdleRefusal?>(continuations)
{
    public DependencyCondition Condition => condition;
}
