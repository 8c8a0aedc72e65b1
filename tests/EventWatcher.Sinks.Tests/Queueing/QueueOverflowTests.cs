namespace EventWatcher.Sinks.Tests;

public sealed class QueueOverflowTests
{
    private readonly RecordingSink<int> _target = new();
    private readonly List<DroppedItem<int>> _dropped = [];

    [Theory]
    [InlineData(SinkOverflow.DropOldest, new[] { 0, 3, 4 }, new[] { 1, 2 })]
    [InlineData(SinkOverflow.DropNewest, new[] { 0, 1, 2 }, new[] { 3, 4 })]
    [InlineData(SinkOverflow.Mark, new[] { 0, 1, 2, -2, 5 }, new[] { 3, 4 })]
    public async Task Write_full_what_gives_way_is_reported(SinkOverflow overflow, int[] delivered, int[] dropped)
    {
        var queue = await FullAsync(overflow);
        await queue.WriteAsync(3);
        await queue.WriteAsync(4);

        _target.Release();
        await _target.WaitForItemsAsync(overflow == SinkOverflow.Mark ? 4 : 3);
        if (overflow == SinkOverflow.Mark)
        {
            await queue.WriteAsync(5);
        }

        Assert.Equal(0, await queue.CloseAsync());
        Assert.Equal(delivered, _target.Items);
        Assert.Equal(dropped, _dropped.Select(item => item.Item));
        Assert.All(_dropped, item => Assert.Equal(DropReason.Overflow, item.Reason));
    }

    [Fact]
    public async Task Write_full_Reject_throws_and_later_items_are_taken()
    {
        var queue = await FullAsync(SinkOverflow.Reject);

        var exception = await Assert.ThrowsAsync<QueueFullException>(async () => await queue.WriteAsync(3));
        Assert.Equal(2, exception.Capacity);

        _target.Release();
        await _target.WaitForItemsAsync(3);
        await queue.WriteAsync(4);
        await queue.CloseAsync();
        Assert.Equal([0, 1, 2, 4], _target.Items);
    }

    [Fact]
    public async Task Write_full_CloseOnOverflow_closes_and_delivers_what_it_has()
    {
        var queue = await FullAsync(SinkOverflow.CloseOnOverflow);
        await using var broadcaster = new Broadcaster<int>([queue]);

        var exception = await Assert.ThrowsAsync<SinkClosedException>(async () => await queue.WriteAsync(3));
        Assert.IsType<QueueFullException>(exception.InnerException);
        await broadcaster.WriteAsync(4);
        Assert.Empty(broadcaster.Children);

        _target.Release();
        Assert.Equal(0, await Eventually.CompletesAsync(queue.CloseAsync()));
        Assert.Equal([0, 1, 2], _target.Items);
        Assert.Equal(1, _target.Disposals);
    }

    [Fact]
    public async Task Mark_several_gaps_have_a_marker_each_that_counts()
    {
        var queue = await FullAsync(SinkOverflow.Mark);
        _target.OnWrite = async (item, token) =>
        {
            if (item == -2)
            {
                // The second gap begins while the first marker is being delivered.
                foreach (var number in new[] { 10, 11, 12 })
                {
                    await queue.WriteAsync(number, token);
                }
            }
        };
        await queue.WriteAsync(3);
        await queue.WriteAsync(4);
        _target.Release();

        await _target.WaitForItemsAsync(7);
        await queue.CloseAsync();
        Assert.Equal([0, 1, 2, -2, 10, 11, -1], _target.Items);
        Assert.Equal([3, 4, 12], _dropped.Select(item => item.Item));
    }

    [Fact]
    public async Task Mark_marker_throws_the_queue_goes_on()
    {
        _target.Block();
        var queue = new QueueSink<int>(_target, new QueueSinkOptions<int>
        {
            Capacity = 1,
            Overflow = SinkOverflow.Mark,
            OverflowMarker = _ => throw new InvalidOperationException("no marker"),
        });
        await queue.WriteAsync(0);
        await _target.WaitForAttemptsAsync(1);
        await queue.WriteAsync(1);
        await queue.WriteAsync(2);
        _target.Release();
        await _target.WaitForItemsAsync(2);
        await Eventually.TrueAsync(() => queue.Count == 0);
        await queue.WriteAsync(3);

        await queue.CloseAsync();
        Assert.Equal([0, 1, 3], _target.Items);
    }

    [Theory]
    [InlineData(SinkOverflow.DropOldest)]
    [InlineData(SinkOverflow.DropNewest)]
    [InlineData(SinkOverflow.Mark)]
    public async Task Write_full_of_events_a_force_reload_is_never_dropped_and_the_latest_of_a_source_stands_for_the_earlier(SinkOverflow overflow)
    {
        var target = new RecordingSink<Event>();
        target.Block();
        var queue = new QueueSink<Event>(target, new QueueSinkOptions<Event>
        {
            Capacity = 2,
            Overflow = overflow,
            OverflowMarker = Sink.ForceReloadMarker(EventType.Docker, "marker"),
        });
        await queue.WriteAsync(TestEvents.Numbered(0));
        await target.WaitForAttemptsAsync(1);
        await queue.WriteAsync(TestEvents.Numbered(1));
        await queue.WriteAsync(TestEvents.Numbered(2));
        for (var i = 0; i < 100; i++)
        {
            await queue.WriteAsync(TestEvents.ForceReload("a", $"reason {i}"));
            await queue.WriteAsync(TestEvents.ForceReload("b"));
            await queue.WriteAsync(TestEvents.Numbered(3));
        }

        Assert.InRange(queue.Count, 1, 106);
        target.Release();
        await queue.CloseAsync();

        var reload = Assert.Single(target.Items, item => item.Action.IsForceReload && item.Source == "a");
        Assert.Equal("reason 99", reload.ActorAttributes[Event.ReasonAttribute]);
        Assert.Single(target.Items, item => item.Action.IsForceReload && item.Source == "b");
    }

    [Fact]
    public async Task Mark_force_reloads_between_dropped_events_the_marks_they_leave_side_by_side_become_one()
    {
        var target = new RecordingSink<Event>();
        target.Block();
        var queue = new QueueSink<Event>(target, new QueueSinkOptions<Event>
        {
            Capacity = 2,
            Overflow = SinkOverflow.Mark,
            OverflowMarker = static count => TestEvents.Numbered(-(int)count),
        });
        await queue.WriteAsync(TestEvents.Numbered(0));
        await target.WaitForAttemptsAsync(1);
        await queue.WriteAsync(TestEvents.Numbered(1));
        await queue.WriteAsync(TestEvents.Numbered(2));
        for (var i = 0; i < 1_000; i++)
        {
            await queue.WriteAsync(TestEvents.Numbered(3));
            await queue.WriteAsync(TestEvents.ForceReload("a"));
        }

        // One in hand, two in the queue, one mark, one force-reload.
        Assert.Equal(5, queue.Count);
        target.Release();
        await queue.CloseAsync();

        Assert.Equal(["0", "1", "2", "-1000", ""], target.Items.Select(item => item.ActorName));
    }

    private async Task<QueueSink<int>> FullAsync(SinkOverflow overflow)
    {
        _target.Block();
        var queue = new QueueSink<int>(_target, new QueueSinkOptions<int>
        {
            Capacity = 2,
            Overflow = overflow,
            OverflowMarker = static count => -(int)count,
            OnDropped = _dropped.Add,
        });
        await queue.WriteAsync(0);
        await _target.WaitForAttemptsAsync(1);
        await queue.WriteAsync(1);
        await queue.WriteAsync(2);
        return queue;
    }
}
