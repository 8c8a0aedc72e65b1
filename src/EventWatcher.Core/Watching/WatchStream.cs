using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EventWatcher;

/// <summary>One subscription to a watcher: its events, its errors, and how it is doing.</summary>
/// <remarks>
/// <para>
/// Cancelling the token given to <see cref="IWatcher.Watch"/>, or disposing the stream, ends it promptly: both
/// channels complete at once, and events that nobody has read yet are discarded. A source that ends by itself leaves
/// them to be read.
/// </para>
/// <para>
/// Events come in the source's order, each once. A consumer too slow for the buffer finds one
/// <see cref="EventAction.ForceReload"/> in the place of what is missing. Thread-safe.
/// </para>
/// </remarks>
public sealed partial class WatchStream : IAsyncDisposable
{
    private readonly ErrorReader _errors = new();
    private readonly EventReader _events;
    private readonly WatcherOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;

    internal WatchStream(EventType type, WatcherOptions options, ILogger logger, TimeProvider timeProvider)
    {
        Type = type;
        Name = options.Name!;
        _options = options;
        _logger = logger;
        _timeProvider = timeProvider;
        _events = new EventReader(options.Capacity, timeProvider, OnOverflowTaken);
    }

    /// <summary>Gets the watcher's name: <see cref="Event.Source"/> of its events.</summary>
    public string Name { get; }

    /// <summary>Gets the type of the watcher's events.</summary>
    public EventType Type { get; }

    /// <summary>Gets the events. Completes when the subscription ends; never faults.</summary>
    public ChannelReader<Event> Events => _events;

    /// <summary>
    /// Gets the errors. Nobody has to read them: at most 64 are kept, the oldest gives way, counted. Completes when
    /// the subscription ends; never faults.
    /// </summary>
    public ChannelReader<WatcherException> Errors => _errors;

    /// <summary>
    /// Gets a task that completes when the watcher is really subscribed: an event that happens after it is seen.
    /// It may stay pending while the source is absent, is cancelled when the subscription ends before it, and faults
    /// only where watching can never begin.
    /// </summary>
    public Task Ready => _ready.Task;

    /// <summary>
    /// Gets a task that completes when the watcher has stopped running, whether or not all was read. Faults on a
    /// terminal failure only.
    /// </summary>
    public Task Completion => _completion.Task;

    /// <summary>Gets how the subscription is doing.</summary>
    public WatchState State { get; private set; }

    /// <summary>Gets what the subscription has done so far. A snapshot, cheap.</summary>
    public WatchStatistics Statistics => new(_events.WrittenCount, _events.DroppedCount, _events.Count, _errors.DroppedCount);

    /// <summary>Reads events as they come, for people who only want <c>await foreach</c>.</summary>
    /// <param name="onError">
    /// Called with each error, between two events, never at the same time as the loop's body. An exception in it is
    /// logged and swallowed. Null: errors are logged.
    /// </param>
    /// <param name="cancellationToken">Ends the reading (not the subscription) with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events. The loop ends without exception when the subscription ends.</returns>
    public async IAsyncEnumerable<Event> ReadAllAsync(
        Func<WatcherException, ValueTask>? onError = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Task<bool>? moreErrors = null;
        while (true)
        {
            while (_errors.TryRead(out var error))
            {
                await HandErrorAsync(error, onError).ConfigureAwait(false);
            }

            while (_events.TryRead(out var item))
            {
                yield return item;
                cancellationToken.ThrowIfCancellationRequested();
                if (_errors.Count > 0)
                {
                    break;
                }
            }

            if (_errors.Count > 0 || _events.Count > 0)
            {
                continue;
            }

            var moreEvents = _events.WaitToReadAsync(cancellationToken).AsTask();
            moreErrors = moreErrors is { IsCompleted: false } ? moreErrors : _errors.WaitToReadAsync(cancellationToken).AsTask();
            await Task.WhenAny(moreEvents, moreErrors).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!moreEvents.IsCompleted && await moreErrors.ConfigureAwait(false))
            {
                continue;
            }

            if (!await moreEvents.ConfigureAwait(false))
            {
                break;
            }
        }

        while (_errors.TryRead(out var error))
        {
            await HandErrorAsync(error, onError).ConfigureAwait(false);
        }
    }

    private async ValueTask HandErrorAsync(WatcherException error, Func<WatcherException, ValueTask>? onError)
    {
        if (onError is null)
        {
            Log.WatcherError(_logger, Name, error);
            return;
        }

        try
        {
            await onError(error).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.ErrorCallbackFailed(_logger, Name, exception);
        }
    }
}
