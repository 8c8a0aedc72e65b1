using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Lets through what a predicate says; of the rest the writer is told nothing.</summary>
/// <remarks>
/// What the predicate throws, the writer gets. A predicate of events that lets no
/// <see cref="EventAction.ForceReload"/> through hides that something is missing; the filters by action, type and name
/// of <see cref="SinkExtensions"/> let it through.
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class FilterSink<T> : WrappingSink<T>
{
    private readonly Func<T, bool> _predicate;

    /// <summary>Initializes the sink.</summary>
    /// <param name="child">Where items go.</param>
    /// <param name="predicate">Whether an item goes there. Called concurrently where writes are concurrent.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">The log; null for the child's.</param>
    /// <param name="timeProvider">The clock; null for the child's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public FilterSink(ISink<T> child, Func<T, bool> predicate, SinkOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("filter", child, options, logger, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        _predicate = predicate;
    }

    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken) =>
        _predicate(item) ? Child.WriteAsync(item, cancellationToken) : ValueTask.CompletedTask;
}
