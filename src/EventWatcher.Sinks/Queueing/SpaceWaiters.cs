namespace EventWatcher.Sinks;

/// <summary>Writers that wait for room, with their items, in order. The owner's lock is held for every call but one.</summary>
internal sealed class SpaceWaiters<T>
{
    private readonly LinkedList<Waiter> _waiting = new();

    public int Count => _waiting.Count;

    public Waiter Add(T item)
    {
        var waiter = new Waiter(item);
        waiter.Node = _waiting.AddLast(waiter);
        return waiter;
    }

    /// <summary>Takes the first one out, whose item there is room for now. <see cref="Waiter.Admit"/> it.</summary>
    public Waiter? TakeFirst()
    {
        if (_waiting.First is not { } node)
        {
            return null;
        }

        Take(node);
        return node.Value;
    }

    public bool Remove(Waiter waiter)
    {
        if (waiter.Node is not { } node)
        {
            return false;
        }

        Take(node);
        return true;
    }

    public IReadOnlyList<Waiter> TakeAll()
    {
        List<Waiter> all = [.. _waiting];
        foreach (var waiter in all)
        {
            waiter.Node = null;
        }

        _waiting.Clear();
        return all;
    }

    /// <summary>Waits, without the lock, until the item was admitted or refused, or the token is cancelled.</summary>
    public async ValueTask WaitAsync(Waiter waiter, Lock gate, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (waiters, waiter, gate) = ((SpaceWaiters<T>, Waiter, Lock))state!;
                lock (gate)
                {
                    if (!waiters.Remove(waiter))
                    {
                        return;
                    }
                }

                waiter.GiveUp(token);
            },
            (this, waiter, gate));
        await using (registration.ConfigureAwait(false))
        {
            await waiter.Admitted.ConfigureAwait(false);
        }
    }

    private void Take(LinkedListNode<Waiter> node)
    {
        _waiting.Remove(node);
        node.Value.Node = null;
    }

    internal sealed class Waiter(T item)
    {
        private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public T Item { get; } = item;

        /// <summary>Gets or sets its place; null once it was admitted, refused or has given up.</summary>
        public LinkedListNode<Waiter>? Node { get; set; }

        public Task Admitted => _admitted.Task;

        public void Admit() => _admitted.TrySetResult();

        public void Refuse(string sinkName) => _admitted.TrySetException(new SinkClosedException(sinkName));

        public void GiveUp(CancellationToken cancellationToken) => _admitted.TrySetCanceled(cancellationToken);
    }
}
