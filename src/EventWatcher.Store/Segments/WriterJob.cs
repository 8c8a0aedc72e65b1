namespace EventWatcher.Store;

/// <summary>Something done in a turn of the log's writer, and whoever waits for it.</summary>
internal sealed class WriterJob(Action action)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _done.Task;

    public void Run()
    {
        try
        {
            action();
            _done.SetResult();
        }
        catch (Exception exception)
        {
            _done.SetException(exception);
        }
    }
}
