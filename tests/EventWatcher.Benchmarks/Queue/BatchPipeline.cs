namespace EventWatcher.Benchmarks;

/// <summary>Something that takes single events from producers and hands them to a handler in batches of 1,000.</summary>
/// <remarks>
/// The same rules for everybody: the handler is given an array of its own to keep, and does nothing but count; at most
/// <see cref="Capacity"/> events wait; a producer that is refused yields its processor and tries the same event again;
/// events are made beforehand; nothing is flushed for its age, so that batches are full. Where producers are faster
/// than the handler, all run into the bound and wait alike. A capacity above the number of events would spare the
/// waiting, and would measure how fast a backlog of megabytes is written to memory, which no application of these has.
/// What came while a flush ran is flushed right after by <see cref="EventQueue"/>, full batch or not, which is more work
/// for it than for the others.
/// </remarks>
internal abstract class BatchPipeline(HandledEvents handled) : IAsyncDisposable
{
    public const int BatchSize = 1_000;
    public const int Capacity = 10_000;

    /// <summary>Longer than any benchmark: a partial batch would be as good as lost.</summary>
    protected static readonly TimeSpan Never = TimeSpan.FromHours(1);

    protected HandledEvents Handled { get; } = handled;

    /// <summary>Offers so many events, one by one; called by each producer at once. Its loop is in each class, so that none pays for a virtual call.</summary>
    public abstract void Produce(Event[] events, int count);

    /// <summary>Hands over what is no full batch; called once all has been offered.</summary>
    public virtual void Flush()
    {
        // The peers make full batches only, and so nothing is left.
    }

    public abstract ValueTask DisposeAsync();
}
