using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Calls an observer beside the child. What the observer throws is logged, and the child gets the item all the same.</summary>
/// <remarks>The observer is called before the child, concurrently where writes are concurrent, and must be quick.</remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class TapSink<T> : WrappingSink<T>
{
    private readonly Action<T> _observer;

    /// <summary>Initializes the sink.</summary>
    /// <param name="child">Where items go.</param>
    /// <param name="observer">What is called with each item.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">Where the observer's exceptions are logged; null for the child's.</param>
    /// <param name="timeProvider">The clock; null for the child's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public TapSink(ISink<T> child, Action<T> observer, SinkOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("tap", child, options, logger, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _observer = observer;
    }

    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        try
        {
            _observer(item);
        }
        catch (Exception exception)
        {
            Log.CallbackFailed(Logger, Name, exception);
        }

        return Child.WriteAsync(item, cancellationToken);
    }
}
