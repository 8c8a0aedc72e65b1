namespace EventWatcher.Docker;

/// <summary>One opened stream and the task that drains it.</summary>
internal sealed class DockerConnection : IAsyncDisposable
{
    /// <summary>More than this is not held back while it is found out whether something was missed.</summary>
    public const int HeldLimit = 8_192;

    private readonly CancellationTokenSource _end;

    public DockerConnection(CancellationToken stop) => _end = CancellationTokenSource.CreateLinkedTokenSource(stop);

    public CancellationToken Ending => _end.Token;

    /// <summary>Completes with what ended the stream: null for a clean end.</summary>
    public Task<Exception?> Drain { get; set; } = Task.FromResult<Exception?>(null);

    /// <summary>Events received before it was clear whether something is missing before them; null afterwards.</summary>
    public List<DockerEvent>? Held { get; set; } = [];

    /// <summary>Completes when the event that proves the absence of a gap has come again on this stream.</summary>
    public TaskCompletionSource Proof { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
