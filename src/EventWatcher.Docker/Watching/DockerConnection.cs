namespace EventWatcher.Docker;

/// <summary>One opened stream and the task that drains it.</summary>
internal sealed class DockerConnection : IAsyncDisposable
{
    /// <summary>More than this is not held back while it is found out whether something was missed.</summary>
    public const int HeldLimit = 8_192;

    private readonly CancellationTokenSource _end;

    /// <summary>Initializes the connection.</summary>
    /// <param name="opened">The engine's time before it was opened.</param>
    /// <param name="anchor">The event after which everything is wanted; null for the first connection.</param>
    /// <param name="stop">Ends it too.</param>
    public DockerConnection(long opened, EventKey? anchor, CancellationToken stop)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        AuditSince = opened;
        Anchor = anchor;
        Repeated = anchor is null ? null : [];
    }

    public CancellationToken Ending => _end.Token;

    /// <summary>Completes with what ended the stream: null for a clean end.</summary>
    public Task<Exception?> Drain { get; set; } = Task.FromResult<Exception?>(null);

    /// <summary>Events received before it was clear whether something is missing before them; null afterwards.</summary>
    public List<DockerEvent>? Held { get; set; } = [];

    /// <summary>Completes when the event that proves the absence of a gap has come again on this stream.</summary>
    public TaskCompletionSource Proof { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The event that proves the absence of a gap.</summary>
    public EventKey? Anchor { get; }

    /// <summary>
    /// What came on this stream before the anchor, in the order of the engine's memory; null from the anchor on. Nearly
    /// all of it is known, and what is not should have come before.
    /// </summary>
    public HashSet<EventKey>? Repeated { get; set; }

    /// <summary>The event that came last on this stream, known or not.</summary>
    public EventKey? Last { get; set; }

    /// <summary>The latest time of an event on this stream.</summary>
    public long LatestTime { get; set; }

    /// <summary>How many events came on this stream, known ones included.</summary>
    public long ReceivedCount { get; set; }

    /// <summary>The engine's time from which on no event may be missing.</summary>
    public long AuditSince { get; set; }

    /// <summary>
    /// The event from which the first audit looks; null after a gap, when the engine's memory need not reach back to
    /// anything that was received.
    /// </summary>
    public EventKey? AuditFrom { get; set; }

    /// <summary>What the audit found to be wrong with this stream.</summary>
    public Exception? AuditFailure { get; set; }

    /// <summary>Ends the stream: it is over, or the audit found that it had missed something and it is to be replaced.</summary>
    public void End() => _end.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await Drain.ConfigureAwait(false);
        _end.Dispose();
    }
}
