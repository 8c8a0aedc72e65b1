using EventWatcher.Sinks;

namespace EventWatcher.IntegrationTests;

/// <summary>A broadcaster with a queue that retries a sink that fails, a queue that is too small and marks what it lost, a plain sink, and sinks that come and go.</summary>
internal sealed class SinksSoak : ISoakPart
{
    private readonly Broadcaster<long> _broadcaster;
    private long _written;
    private long _plain;
    private long _retried;
    private long _slow;
    private long _marked;
    private int _failures;
    private string _disorder = "";

    public SinksSoak()
    {
        var retrying = Sink.To<long>(FailAsync).WithRetry(new Breaker(3, TimeSpan.FromMilliseconds(2))).WithQueue(1_000);
        var marking = Sink.To<long>(BeSlowAsync).WithQueue(new QueueSinkOptions<long> { Capacity = 20, Overflow = SinkOverflow.Mark, OverflowMarker = static lost => -lost });
        _broadcaster = new Broadcaster<long>([Sink.To<long>(_ => Interlocked.Increment(ref _plain)), retrying, marking]);
    }

    public async Task StirAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var guest = Sink.To<long>(static _ => { });
            _ = _broadcaster.Add(guest);
            for (var i = 0; i < 200; i++)
            {
                await _broadcaster.WriteAsync(++_written, CancellationToken.None);
            }

            if (random.Next(2) == 0)
            {
                await guest.DisposeAsync();
                await _broadcaster.WriteAsync(++_written, CancellationToken.None);
            }

            _ = _broadcaster.Remove(guest);
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(random.Next(40)), stop));
        }
    }

    public async Task SettleAsync()
    {
        await Deadline.UntilAsync(
            () => Volatile.Read(ref _retried) == _written && Volatile.Read(ref _slow) + Volatile.Read(ref _marked) == _written,
            () => $"all {_written} items; the plain sink has {_plain}, the retried one {_retried}, the slow one {_slow} and {_marked} marked as lost",
            TimeSpan.FromMinutes(1));
        Assert.Equal(_written, _plain);
        Assert.Equal("", _disorder);
        Assert.Equal(3, _broadcaster.Children.Count);
    }

    public ValueTask DisposeAsync() => _broadcaster.DisposeAsync();

    private ValueTask FailAsync(long item, CancellationToken cancellationToken)
    {
        if (++_failures % 5 == 0)
        {
            throw new IOException("This sink fails now and then.");
        }

        if (item != _retried + 1)
        {
            _disorder = $"Item {item} came after {_retried}.";
        }

        Volatile.Write(ref _retried, item);
        return ValueTask.CompletedTask;
    }

    private async ValueTask BeSlowAsync(long item, CancellationToken cancellationToken)
    {
        if (item < 0)
        {
            _ = Interlocked.Add(ref _marked, -item);
            return;
        }

        if (_slow % 50 == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        }

        _ = Interlocked.Increment(ref _slow);
    }
}
