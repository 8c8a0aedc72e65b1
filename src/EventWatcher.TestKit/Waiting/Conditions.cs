namespace EventWatcher.TestKit;

/// <summary>Who waits for something to become true of an object that says when it changes.</summary>
internal sealed class Conditions
{
    private readonly Lock _gate = new();
    private readonly List<Waiting> _waiting = [];

    /// <summary>Looks again at what is waited for. Call it after every change, outside of locks that conditions take.</summary>
    public void OnChanged()
    {
        Waiting[] candidates;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            candidates = [.. _waiting];
        }

        foreach (var waiting in candidates)
        {
            if (waiting.Condition())
            {
                waiting.TrySetResult();
            }
        }
    }

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; the message says how far it came.</exception>
    public async Task WaitAsync(Func<bool> condition, TimeSpan? deadline, Func<string> describe)
    {
        var waiting = new Waiting(condition);
        lock (_gate)
        {
            _waiting.Add(waiting);
        }

        try
        {
            // After it was added: what changes from now on is seen, what changed before is looked at here.
            if (!condition())
            {
                await waiting.Task.WaitAsync(deadline ?? Eventually.DefaultDeadline, TimeProvider.System).ConfigureAwait(false);
            }
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(describe(), exception);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(waiting);
            }
        }
    }

    private sealed class Waiting(Func<bool> condition) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Func<bool> Condition { get; } = condition;
    }
}
