namespace EventWatcher.Sinks.Tests;

public sealed class PassingTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingSink<int> _target = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Timeout_child_takes_too_long_our_exception_says_so(bool ignoresCancellation)
    {
        _target.IgnoresCancellation = ignoresCancellation;
        _target.Block();
        await using var sink = new TimeoutSink<int>(_target, TimeSpan.FromSeconds(3), timeProvider: _time);

        var writing = sink.WriteAsync(1).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(writing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        var exception = await Assert.ThrowsAsync<SinkTimeoutException>(() => Eventually.CompletesAsync(writing));
        Assert.Equal(TimeSpan.FromSeconds(3), exception.Timeout);
        Assert.False(exception.IsPermanent);
        Assert.Equal(0, _time.PendingTimers);
        _target.Release();
    }

    [Fact]
    public async Task Timeout_caller_cancels_the_callers_token_says_so()
    {
        using var cancel = new CancellationTokenSource();
        _target.Block();
        await using var sink = new TimeoutSink<int>(_target, TimeSpan.FromSeconds(3), timeProvider: _time);
        var writing = sink.WriteAsync(1, cancel.Token).AsTask();

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(writing));
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Tap_observer_sees_every_item_and_what_it_throws_stops_nothing()
    {
        var seen = new List<int>();
        await using var sink = _target.WithTap(item =>
        {
            seen.Add(item);
            throw new InvalidOperationException("bad observer");
        });

        await sink.WriteAsync(1);
        await sink.WriteAsync(2);

        Assert.Equal([1, 2], seen);
        Assert.Equal([1, 2], _target.Items);
    }

    [Fact]
    public async Task IgnoringClosed_child_closed_items_go_nowhere_and_other_failures_are_told()
    {
        await using var sink = _target.IgnoringClosed();
        _target.OnWrite = (_, _) => throw new InvalidOperationException("no");
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await sink.WriteAsync(1));

        await _target.DisposeAsync();
        await sink.WriteAsync(2);

        Assert.Empty(_target.Items);
    }

    [Fact]
    public async Task Serialized_child_gets_one_write_at_a_time()
    {
        _target.OnWrite = async (_, _) => await Task.Yield();
        await using var sink = _target.Serialized();

        await Eventually.CompletesAsync(Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () => await sink.WriteAsync(i)))));

        Assert.Equal(1, _target.MostRunningWrites);
        Assert.Equal(Enumerable.Range(0, 500), _target.Items.Order());
    }

    [Fact]
    public async Task Serialized_closed_from_inside_the_childs_write_returns_at_once_and_closes_the_child_after_it()
    {
        SerializedSink<int>? sink = null;
        var disposalsInside = -1;
        _target.OnWrite = async (_, _) =>
        {
            await sink!.CloseAsync();
            disposalsInside = _target.Disposals;
        };
        sink = new SerializedSink<int>(_target, timeProvider: _time);

        await Eventually.CompletesAsync(sink.WriteAsync(1).AsTask());

        await Eventually.CompletesAsync(sink.CloseAsync());
        Assert.Equal([1], _target.Items);
        Assert.Equal(0, disposalsInside);
        Assert.Equal(1, _target.Disposals);
    }

    [Fact]
    public async Task Serialized_closed_writers_that_wait_are_refused_and_a_hanging_child_holds_nothing_up()
    {
        _target.IgnoresCancellation = true;
        _target.Block();
        var sink = new SerializedSink<int>(_target, timeProvider: _time);
        var first = sink.WriteAsync(1).AsTask();
        await _target.WaitForAttemptsAsync(1);
        var second = sink.WriteAsync(2).AsTask();

        var closing = sink.CloseAsync(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(second));
        Assert.Equal(0, _target.Disposals);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.CompletesAsync(closing);
        await Eventually.TrueAsync(() => _target.Disposals == 1);
        _target.Release();
        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(first));
    }
}
