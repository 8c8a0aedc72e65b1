using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>What no store does on demand: a log that is collected or closed in the middle of a read.</summary>
public sealed class LogReaderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedLog _log = new();

    [Fact]
    public async Task Read_collected_between_the_look_and_the_scan_tells_of_the_gap()
    {
        _log.Readable = new SequenceRange(1, 10);
        _log.OnScan = first =>
        {
            if (first < 6)
            {
                // Gone, just now.
                _log.Readable = new SequenceRange(6, 10);
                return new LogScan([], first);
            }

            return new LogScan([], 11);
        };

        var response = await ReadAsync(EventIterator.AfterSequenceNumber(2));

        Assert.Equal(new HorizonPassed(new SequenceRange(3, 5)), response.HorizonPassed);
        Assert.Equal(EventIterator.AfterSequenceNumber(10), response.NextIterator);
    }

    [Fact]
    public async Task Read_of_the_oldest_collected_between_the_look_and_the_scan_has_no_gap()
    {
        _log.Readable = new SequenceRange(1, 10);
        _log.OnScan = first =>
        {
            _log.Readable = new SequenceRange(11, 10);
            return new LogScan([], first);
        };

        var response = await ReadAsync(EventIterator.TrimHorizon);

        Assert.Null(response.HorizonPassed);
        Assert.Equal(EventIterator.AfterSequenceNumber(10), response.NextIterator);
    }

    [Fact]
    public async Task Read_that_makes_no_progress_waits_and_does_not_spin()
    {
        var scans = 0;
        _log.Readable = new SequenceRange(1, 10);
        _log.OnScan = first =>
        {
            scans++;
            return new LogScan([], first);
        };

        var reading = new LogReader(_log, TimeSpan.FromSeconds(10), _time).ReadAsync(new GetEventsRequest { Iterator = EventIterator.AtSequenceNumber(1) }, CancellationToken.None).AsTask();
        await _time.WaitForTimersAsync(1);
        Assert.Equal(1, scans);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(EventIterator.AtSequenceNumber(1), (await Eventually.CompletesAsync(reading)).NextIterator);
    }

    [Fact]
    public async Task Read_that_is_closed_in_the_middle_of_a_scan_ends_empty()
    {
        _log.Readable = new SequenceRange(1, 10);
        _log.OnScan = _ =>
        {
            _log.IsClosed = true;
            throw new EventStoreClosedException("log");
        };

        var response = await ReadAsync(EventIterator.AtSequenceNumber(1));

        Assert.Empty(response.Events);
        Assert.Equal(EventIterator.AtSequenceNumber(1), response.NextIterator);
    }

    [Fact]
    public async Task Read_woken_too_early_waits_for_the_rest_of_its_time_only()
    {
        _log.Readable = new SequenceRange(1, 0);
        var reading = new LogReader(_log, TimeSpan.FromSeconds(10), _time)
            .ReadAsync(new GetEventsRequest { Iterator = EventIterator.AtSequenceNumber(5) }, CancellationToken.None).AsTask();
        await _time.WaitForTimersAsync(1);
        _time.Advance(TimeSpan.FromSeconds(6));
        _log.Append();
        await Eventually.TrueAsync(() => _time.NextTimerIn == TimeSpan.FromSeconds(4));

        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Empty((await Eventually.CompletesAsync(reading)).Events);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_for_ever_has_no_timer(bool byRequest)
    {
        _log.Readable = new SequenceRange(1, 0);
        var reading = new LogReader(_log, byRequest ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, _time).ReadAsync(
            new GetEventsRequest { Iterator = EventIterator.AtSequenceNumber(1), LongPollTimeout = byRequest ? Timeout.InfiniteTimeSpan : null },
            CancellationToken.None).AsTask();
        Assert.Equal(0, _time.PendingTimers);
        Assert.False(reading.IsCompleted);

        _log.OnScan = static _ => new LogScan([], 2);
        _log.Append();

        Assert.Equal(EventIterator.AfterSequenceNumber(1), (await Eventually.CompletesAsync(reading)).NextIterator);
    }

    private Task<GetEventsResponse> ReadAsync(EventIterator iterator) => Eventually.CompletesAsync(
        new LogReader(_log, TimeSpan.FromSeconds(10), _time).ReadAsync(new GetEventsRequest { Iterator = iterator }, CancellationToken.None).AsTask());

    private sealed class ScriptedLog : ILogSource
    {
        private TaskCompletionSource _append = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SequenceRange Readable { get; set; }

        public Task NextAppend => _append.Task;

        public bool IsClosed { get; set; }

        public Func<long, LogScan>? OnScan { get; set; }

        public void Append()
        {
            Readable = new SequenceRange(Readable.First, Readable.Last + 1);
            var append = _append;
            _append = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            append.SetResult();
        }

        public ValueTask<long> FindAsync(DateTimeOffset time, CancellationToken cancellationToken) => ValueTask.FromResult(Readable.First);

        public ValueTask<LogScan> ScanAsync(long first, EventFilter filter, int limit, CancellationToken cancellationToken) =>
            ValueTask.FromResult(OnScan!(first));
    }
}
