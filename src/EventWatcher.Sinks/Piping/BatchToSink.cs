using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>An <see cref="EventQueue"/>'s handler that writes every event of a batch to a sink, in order.</summary>
/// <remarks>
/// <para>
/// A batch that is handed over again goes on where it failed, so that nothing is written twice. What was given up (a
/// batch that did not come again, an event that the sink refuses for good) is owed: one
/// <see cref="EventAction.ForceReload"/> for each type and source, written before the next event.
/// </para>
/// <para>A queue calls one at a time, so there is no lock.</para>
/// </remarks>
internal sealed class BatchToSink(ISink<Event> sink, string name, Action requestStop, ILogger logger, TimeProvider timeProvider)
{
    private readonly List<(EventType Type, string Source, long Count)> _owed = [];
    private readonly List<Exception> _refusals = [];
    private IReadOnlyList<Event> _batch = [];
    private int _next;
    private SinkClosedException? _closed;

    public async ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            for (; _next < _batch.Count; _next++)
            {
                Owe(_batch[_next]);
            }

            _batch = batch;
            _next = 0;
        }

        if (_closed is not null)
        {
            // Terminal, and reported by now: after a stop was requested the queue would only log it.
            requestStop();
            throw new SinkClosedException(_closed.SinkName, _closed);
        }

        try
        {
            await WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (SinkClosedException exception)
        {
            _closed = exception;
            throw;
        }
    }

    private async ValueTask WriteAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
    {
        while (_next < batch.Count)
        {
            await PayAsync(cancellationToken).ConfigureAwait(false);
            var item = batch[_next];
            try
            {
                await sink.WriteAsync(item, cancellationToken).ConfigureAwait(false);
            }
            catch (SinkWriteException exception) when (exception.IsPermanent)
            {
                Log.EventRefused(logger, name, item.ToString(), exception);
                Owe(item);
                _refusals.Add(exception);
            }

            _next++;
        }

        await PayAsync(cancellationToken).ConfigureAwait(false);
        if (_refusals.Count > 0)
        {
            // The queue reports it. Where it then hands the batch over again, there is nothing left to do.
            var refusals = _refusals.ToArray();
            _refusals.Clear();
            throw refusals.Length == 1 ? refusals[0] : new AggregateException(refusals);
        }
    }

    private void Owe(Event item)
    {
        var index = _owed.FindIndex(owed => owed.Type == item.Type && string.Equals(owed.Source, item.Source, StringComparison.Ordinal));
        if (index < 0)
        {
            _owed.Add((item.Type, item.Source, 1));
        }
        else
        {
            _owed[index] = _owed[index] with { Count = _owed[index].Count + 1 };
        }
    }

    private async ValueTask PayAsync(CancellationToken cancellationToken)
    {
        while (_owed.Count > 0)
        {
            var (type, source, count) = _owed[0];
            try
            {
                await sink.WriteAsync(
                    Event.ForceReload(type, source, "the sink did not take events", count, timeProvider.GetUtcNow()),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (SinkWriteException exception) when (exception.IsPermanent)
            {
                // It stays owed; the next event tries again.
                Log.EventRefused(logger, name, EventAction.ForceReload.ToName(), exception);
                return;
            }

            _owed.RemoveAt(0);
        }
    }
}
