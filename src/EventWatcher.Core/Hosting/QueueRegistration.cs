using BatchCallback = System.Func<System.Collections.Generic.IReadOnlyList<EventWatcher.Event>, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask>;
using ErrorCallback = System.Func<System.Exception, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask>;

namespace EventWatcher;

/// <summary>What <see cref="QueueBuilder"/> was told of one queue, beside its options.</summary>
internal sealed class QueueRegistration(string name)
{
    private object? _handler;
    private object? _errorHandler;
    private List<QueueSourceName>? _sources;

    public string Name { get; } = name;

    /// <summary>Gets the watchers it was told to take; null for all there are.</summary>
    public IReadOnlyList<QueueSourceName>? Sources => _sources;

    public Func<IServiceProvider, BatchCallback>? CreateHandler { get; private set; }

    /// <summary>Gets how errors are handled; null: they are logged by the queue.</summary>
    public Func<IServiceProvider, ErrorCallback>? CreateErrorHandler { get; private set; }

    public void AddSources(IEnumerable<QueueSourceName> sources) =>
        _sources = [.. (_sources ?? []).Concat(sources).DistinctBy(static source => source.Name, StringComparer.Ordinal)];

    /// <summary>Sets who handles the batches.</summary>
    /// <param name="handler">The delegate or type that the caller gave: the same one twice is one.</param>
    /// <param name="create">Makes the callback.</param>
    /// <param name="createErrorHandler">Where the handler is one for errors too, for when there is no other.</param>
    public void SetHandler(object handler, Func<IServiceProvider, BatchCallback> create, Func<IServiceProvider, ErrorCallback>? createErrorHandler = null)
    {
        ThrowIfOther(_handler, handler, "handler", "Handle");
        _handler = handler;
        CreateHandler = create;
        CreateErrorHandler ??= createErrorHandler;
    }

    public void SetErrorHandler(object handler, ErrorCallback callback)
    {
        ThrowIfOther(_errorHandler, handler, "error handler", "OnError");
        _errorHandler = handler;
        CreateErrorHandler = _ => callback;
    }

    private void ThrowIfOther(object? present, object handler, string what, string method)
    {
        if (present?.Equals(handler) == false)
        {
            throw new InvalidOperationException(
                $"Queue \"{Name}\" has another {what} already. Call {method} once for a queue; to handle the same events twice, add another queue.");
        }
    }
}
