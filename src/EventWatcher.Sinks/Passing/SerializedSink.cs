using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Gives the child one write at a time, in the order in which they come: for one that tolerates no concurrent calls.</summary>
/// <remarks>A write from inside the child's write would wait for itself; give its token a time-out, or don't.</remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class SerializedSink<T> : WrappingSink<T>
{
    private static readonly AsyncLocal<Turn?> Inside = new();

    private readonly Turnstile _turnstile;

    /// <summary>Initializes the sink.</summary>
    /// <param name="child">Where items go. It is closed after the write in progress has returned, or the time is up.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">The log; null for the child's.</param>
    /// <param name="timeProvider">The clock; null for the child's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public SerializedSink(ISink<T> child, SinkOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("serialized", child, options, logger, timeProvider) => _turnstile = new Turnstile(Name);

    // Of several turns, one inside of the other, the innermost is known; the others are its parents, and ask it.
    private protected override long? PendingSeenFromInside =>
        Inside.Value is { IsOver: false } turn && ReferenceEquals(turn.Owner, this) ? 0 : base.PendingSeenFromInside;

    private protected override async ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        await _turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        var turn = new Turn(this);
        try
        {
            if (IsClosed)
            {
                throw new SinkClosedException(Name);
            }

            Inside.Value = turn;
            await Child.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.IsOver = true;
            _turnstile.Leave();
        }
    }

    private protected override async Task<long> CloseCoreAsync(Deadline deadline)
    {
        // Where the write in progress does not return, the child is told to close all the same.
        _turnstile.Close();
        await _turnstile.WaitUntilEmptyAsync(deadline).ConfigureAwait(false);
        return await base.CloseCoreAsync(deadline).ConfigureAwait(false);
    }

    /// <summary>A write in progress. It outlives itself in whatever the child has started: then nobody is inside any more.</summary>
    private sealed class Turn(SerializedSink<T> owner)
    {
        private volatile bool _isOver;

        public SerializedSink<T> Owner { get; } = owner;

        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }
}
