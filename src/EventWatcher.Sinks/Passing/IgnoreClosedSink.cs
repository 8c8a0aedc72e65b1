using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Lets items for a child that is closed go nowhere, instead of telling the writer. Its own closing it does tell.</summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed class IgnoreClosedSink<T> : WrappingSink<T>
{
    /// <summary>Initializes the sink.</summary>
    /// <param name="child">Where items go, for as long as it is open.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">The log; null for the child's.</param>
    /// <param name="timeProvider">The clock; null for the child's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public IgnoreClosedSink(ISink<T> child, SinkOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("ignore-closed", child, options, logger, timeProvider)
    {
    }

    private protected override async ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        try
        {
            await Child.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (SinkClosedException) when (!IsClosed)
        {
            // What this sink is for.
            SinkTelemetry.Dropped(Name, DropReason.TargetClosed);
        }
    }
}
