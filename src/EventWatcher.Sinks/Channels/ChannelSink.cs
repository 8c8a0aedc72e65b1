using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Hands items to readers: a write returns when a reader has the item, or there is room for it.</summary>
/// <remarks>
/// After closing every write throws, also where there is room, and writers that wait are refused. What was taken before
/// can still be read; then <see cref="Reader"/> completes. Any number of writers and readers; each item is read once.
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class ChannelSink<T> : Sink<T>
{
    private readonly ChannelBuffer<T> _buffer;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Initializes the sink.</summary>
    /// <param name="options">How much it buffers; null for nothing.</param>
    /// <param name="logger">The log; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public ChannelSink(ChannelSinkOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("channel", options ??= new ChannelSinkOptions(), logger, timeProvider) =>
        _buffer = new ChannelBuffer<T>(Name, options.Capacity);

    /// <summary>Gets the readers' end. It completes when the sink is closed and what was taken is read; it never faults.</summary>
    public ChannelReader<T> Reader => _buffer;

    /// <summary>Gets a task that completes when the sink is closed, whether or not all was read.</summary>
    public Task Done => _done.Task;

    /// <summary>Reads items as they come, until the sink is closed.</summary>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The items.</returns>
    public IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken = default) => _buffer.ReadAllAsync(cancellationToken);

    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken) => _buffer.WriteAsync(item, cancellationToken);

    private protected override Task<long> CloseCoreAsync(Deadline deadline)
    {
        _buffer.Complete();
        _done.TrySetResult();
        return Task.FromResult(0L);
    }
}
