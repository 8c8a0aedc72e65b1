using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

internal static class ChildClosing
{
    /// <summary>Closes a sink within a deadline, whoever wrote it.</summary>
    /// <returns>How many items it did not deliver, as far as it says so.</returns>
    public static async Task<long> CloseAsync(IAsyncDisposable child, string parentName, Deadline deadline, ILogger logger)
    {
        if (child is IClosable known)
        {
            // It keeps the deadline itself, and says what it could not do. Brought forward later, it is told of that too.
            var closing = known.CloseAsync(deadline.Remaining);
            var registration = deadline.Token.UnsafeRegister(static known => _ = ((IClosable)known!).CloseAsync(TimeSpan.Zero), known);
            await using (registration.ConfigureAwait(false))
            {
                return await closing.ConfigureAwait(false);
            }
        }

        // On the pool: it may block instead of returning a task.
        var disposing = Task.Run(async () => await child.DisposeAsync().ConfigureAwait(false), CancellationToken.None);
        try
        {
            await disposing.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            // It may have closed just now; if it has not, it is not waited for.
            if (!disposing.IsCompletedSuccessfully)
            {
                Log.ChildAbandoned(logger, parentName, child.GetType().Name);
                disposing.Forget();
            }
        }

        return 0;
    }

    /// <summary>Closes several in order, all of them, whatever one of them throws.</summary>
    /// <exception cref="AggregateException">Several have thrown; what a single one throws is thrown as it is.</exception>
    public static async Task<long> CloseAllAsync(IEnumerable<IAsyncDisposable> children, string parentName, Deadline deadline, ILogger logger)
    {
        var undelivered = 0L;
        var failures = new List<Exception>();
        foreach (var child in children)
        {
            try
            {
                undelivered += await CloseAsync(child, parentName, deadline, logger).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Log.ChildCloseFailed(logger, parentName, child.GetType().Name, exception);
                failures.Add(exception);
            }
        }

        if (failures.Count > 1)
        {
            throw new AggregateException(failures);
        }

        if (failures.Count == 1)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures[0]);
        }

        return undelivered;
    }

    /// <summary>Looks at what an abandoned task throws in the end, so that nobody is told of an unobserved exception.</summary>
    public static void Forget(this Task task) => _ = task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
