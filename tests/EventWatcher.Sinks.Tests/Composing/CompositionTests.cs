namespace EventWatcher.Sinks.Tests;

public sealed class CompositionTests
{
    [Fact]
    public async Task Sentence_reads_and_works_and_closing_the_whole_closes_every_part()
    {
        var time = new FakeTimeProvider();
        var http = new RecordingSink<Event>();
        var sink = Sink.To(http, timeProvider: time)
            .WithRetry(new Breaker(5, TimeSpan.FromSeconds(1), time))
            .WithQueue(capacity: 1_000)
            .Where(e => e.Action.IsContainerStart);
        var start = TestEvents.Container(EventAction.ContainerStart, "web");

        await sink.WriteAsync(start);
        await sink.WriteAsync(TestEvents.Container(EventAction.ContainerDie, "web"));

        Assert.Equal(0, await Eventually.CompletesAsync(sink.CloseAsync()));
        Assert.Equal([start], http.Items);
        Assert.Equal(1, http.Disposals);
    }

    [Fact]
    public async Task Clock_of_the_first_is_that_of_all()
    {
        var time = new FakeTimeProvider();
        var hanging = new RecordingSink<int> { IgnoresCancellation = true };
        hanging.Block();
        var sink = Sink.To(hanging, timeProvider: time).WithQueue().WithTap(_ => { }).Where(_ => true);
        await sink.WriteAsync(1);
        await hanging.WaitForAttemptsAsync(1);

        var closing = sink.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(closing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.CompletesAsync(closing);
        hanging.Release();
    }

    [Theory]
    [InlineData("filter")]
    [InlineData("broadcaster")]
    [InlineData("round robin")]
    [InlineData("queue")]
    public async Task Close_whole_from_inside_the_targets_write_returns_at_once_and_a_later_closer_waits_for_what_is_queued(string outer)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = new RecordingSink<int>();
        Sink<int>? whole = null;
        Task? inside = null;
        target.OnWrite = async (item, _) =>
        {
            if (item == 0)
            {
                await gate.Task;
                await (inside = Task.WhenAll(whole!.CloseAsync(), whole.CloseAsync()));
            }
            else
            {
                await Task.Yield();
            }
        };
        var queue = target.WithQueue();
        whole = outer switch
        {
            "filter" => queue.Where(_ => true).WithTap(_ => { }),
            "broadcaster" => new Broadcaster<int>([queue]),
            "round robin" => new RoundRobinSink<int>([queue]),
            _ => queue.WithQueue(),
        };
        for (var i = 0; i < 100; i++)
        {
            await whole.WriteAsync(i);
        }

        await target.WaitForAttemptsAsync(1);
        gate.SetResult();
        await Eventually.TrueAsync(() => inside is { IsCompleted: true });

        Assert.Equal(0, await Eventually.CompletesAsync(whole.CloseAsync()));
        Assert.Equal(Enumerable.Range(0, 100), target.Items);
    }

    [Fact]
    public async Task Close_whole_again_with_less_time_brings_forward_the_deadline_of_the_parts()
    {
        var time = new FakeTimeProvider();
        var hanging = new RecordingSink<int> { IgnoresCancellation = true };
        hanging.Block();
        var sink = Sink.To(hanging, timeProvider: time).WithQueue().Where(_ => true);
        await sink.WriteAsync(1);
        await hanging.WaitForAttemptsAsync(1);

        var first = sink.CloseAsync();
        Assert.False(first.IsCompleted);
        var second = sink.CloseAsync(TimeSpan.Zero);

        Assert.Equal(1, await Eventually.CompletesAsync(second));
        Assert.Equal(1, await Eventually.CompletesAsync(first));
        hanging.Release();
    }

    [Fact]
    public async Task Undelivered_items_are_summed_over_branches()
    {
        var hanging = new[] { new RecordingSink<int>(), new RecordingSink<int>() };
        Array.ForEach(hanging, sink => sink.Block());
        var broadcaster = new Broadcaster<int>([hanging[0].WithQueue(), hanging[1].WithQueue().Where(item => item > 1)]);
        for (var i = 0; i < 5; i++)
        {
            await broadcaster.WriteAsync(i);
        }

        Assert.Equal(8, await Eventually.CompletesAsync(broadcaster.CloseAsync(TimeSpan.Zero)));
    }

    [Fact]
    public async Task CloseAsync_time_out_of_range_is_refused()
    {
        await using var sink = Sink.To<int>(_ => { });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = sink.CloseAsync(TimeSpan.FromSeconds(-2)); });
        Assert.Equal("sink \"delegate\"", sink.ToString());
    }

    [Fact]
    public async Task Close_child_throws_the_closer_gets_it_each_time_and_the_others_are_closed()
    {
        var bad = new ThrowingOnClose();
        var good = new RecordingSink<int>();
        var broadcaster = new Broadcaster<int>([bad, good]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => broadcaster.CloseAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await broadcaster.DisposeAsync());

        Assert.Equal(1, good.Disposals);
    }

    private sealed class ThrowingOnClose : ISink<int>
    {
        public ValueTask WriteAsync(int item, CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => throw new InvalidOperationException("no");
    }
}
