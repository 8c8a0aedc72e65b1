namespace EventWatcher.Sinks.Tests;

public sealed class BatchSinkTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingSink<IReadOnlyList<int>> _target = new();

    [Fact]
    public async Task Write_a_full_batch_is_delivered_at_once_and_the_rest_after_its_delay()
    {
        await using var sink = Create(maxSize: 3);
        for (var i = 0; i < 4; i++)
        {
            await sink.WriteAsync(i);
        }

        await _target.WaitForItemsAsync(1);
        Assert.Equal([0, 1, 2], _target.Items[0]);
        await _time.WaitForTimersAsync(1);
        _time.Advance(TimeSpan.FromSeconds(1));

        await _target.WaitForItemsAsync(2);
        Assert.Equal([3], _target.Items[1]);
        await Eventually.TrueAsync(() => sink.Count == 0 && _time.PendingTimers == 0);
    }

    [Fact]
    public async Task Write_right_after_construction_the_first_batch_fills_as_any()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var target = new RecordingSink<IReadOnlyList<int>>();
            var sink = new BatchSink<int>(target, new BatchSinkOptions<int> { MaxSize = 2, MaxDelay = TimeSpan.FromMinutes(1) });
            await sink.WriteAsync(1);
            if (round % 2 == 0)
            {
                await Task.Yield();
            }

            await sink.WriteAsync(2);
            await Eventually.CompletesAsync(sink.CloseAsync());

            Assert.Equal([1, 2], Assert.Single(target.Items));
        }
    }

    [Fact]
    public async Task Close_what_waits_is_delivered_at_once()
    {
        var sink = Create(maxSize: 3);
        await sink.WriteAsync(1);

        Assert.Equal(0, await Eventually.CompletesAsync(sink.CloseAsync()));

        Assert.Equal([1], Assert.Single(_target.Items));
        Assert.Equal(1, _target.Disposals);
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public async Task Close_target_hangs_every_item_is_counted_and_reported()
    {
        var dropped = new List<DroppedItem<int>>();
        _target.IgnoresCancellation = true;
        _target.Block();
        var sink = Create(maxSize: 2, dropped.Add);
        for (var i = 0; i < 5; i++)
        {
            await sink.WriteAsync(i);
        }

        await _target.WaitForAttemptsAsync(1);

        Assert.Equal(5, await Eventually.CompletesAsync(sink.CloseAsync(TimeSpan.Zero)));
        Assert.Equal([0, 1, 2, 3, 4], dropped.Select(item => item.Item));
        _target.Release();
    }

    [Fact]
    public async Task Write_target_fails_the_batch_is_reported_and_the_next_delivered()
    {
        var dropped = new List<DroppedItem<int>>();
        _target.OnWrite = (batch, _) => batch.Contains(0) ? throw new InvalidOperationException("no") : default;
        var sink = Create(maxSize: 2, dropped.Add);
        for (var i = 0; i < 4; i++)
        {
            await sink.WriteAsync(i);
        }

        await _target.WaitForItemsAsync(1);
        await sink.CloseAsync();

        Assert.Equal([2, 3], Assert.Single(_target.Items));
        Assert.Equal([0, 1], dropped.Select(item => item.Item));
    }

    private BatchSink<int> Create(int maxSize, Action<DroppedItem<int>>? onDropped = null) => new(
        _target,
        new BatchSinkOptions<int> { MaxSize = maxSize, OnDropped = onDropped },
        timeProvider: _time);
}
