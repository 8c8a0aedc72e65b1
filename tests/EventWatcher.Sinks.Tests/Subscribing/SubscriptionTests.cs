namespace EventWatcher.Sinks.Tests;

public sealed class SubscriptionTests
{
    [Fact]
    public async Task Subscribe_slow_one_among_a_hundred_the_others_get_everything_and_it_is_told_how_far_it_fell_behind()
    {
        const int Items = 5_000;
        await using var broadcaster = new Broadcaster<int>();
        var slow = broadcaster.Subscribe(capacity: 100);
        var others = Enumerable.Range(0, 99).Select(_ => broadcaster.Subscribe(capacity: Items)).ToArray();
        var reading = others.Select(subscription => Task.Run(async () => await ReadAsync(subscription))).ToArray();

        for (var i = 0; i < Items; i++)
        {
            // Nobody is waited for.
            var writing = broadcaster.WriteAsync(i);
            Assert.True(writing.IsCompletedSuccessfully);
        }

        var read = new List<int>();
        var lagged = await Assert.ThrowsAsync<SubscriberLaggedException>(() => ReadAsync(slow, read));
        Assert.Equal(Enumerable.Range(0, 100), read);
        Assert.Equal(100, lagged.Capacity);
        Assert.Equal(Items - 100, lagged.Missed);
        Assert.Equal(99, broadcaster.Children.Count);

        await broadcaster.DisposeAsync();
        Assert.All(await Eventually.CompletesAsync(Task.WhenAll(reading)), items => Assert.Equal(Enumerable.Range(0, Items), items));
    }

    [Fact]
    public async Task Subscribe_again_after_falling_behind_reads_on()
    {
        await using var broadcaster = new Broadcaster<int>();
        var first = broadcaster.Subscribe(capacity: 1);
        await broadcaster.WriteAsync(1);
        await broadcaster.WriteAsync(2);
        await Assert.ThrowsAsync<SubscriberLaggedException>(() => ReadAsync(first));

        var second = broadcaster.Subscribe();
        await broadcaster.WriteAsync(3);
        await broadcaster.DisposeAsync();

        Assert.Equal([3], await ReadAsync(second));
    }

    [Theory]
    [InlineData(SubscriptionOverflow.DropOldest, new[] { 3, 4, 5 })]
    [InlineData(SubscriptionOverflow.DropNewest, new[] { 1, 2, 3 })]
    public async Task Subscribe_told_to_drop_it_drops_and_counts(SubscriptionOverflow overflow, int[] left)
    {
        await using var broadcaster = new Broadcaster<int>();
        var subscription = broadcaster.Subscribe(capacity: 3, overflow);
        for (var i = 1; i <= 5; i++)
        {
            await broadcaster.WriteAsync(i);
        }

        Assert.Equal(2, subscription.Missed);
        await broadcaster.DisposeAsync();
        Assert.Equal(left, await ReadAsync(subscription));
    }

    [Theory]
    [InlineData(SubscriptionOverflow.DropOldest)]
    [InlineData(SubscriptionOverflow.DropNewest)]
    public async Task Subscribe_told_to_drop_a_force_reload_is_never_dropped(SubscriptionOverflow overflow)
    {
        await using var broadcaster = new Broadcaster<Event>();
        var subscription = broadcaster.Subscribe(capacity: 2, overflow);
        await broadcaster.WriteAsync(TestEvents.Numbered(1));
        await broadcaster.WriteAsync(TestEvents.Numbered(2));
        await broadcaster.WriteAsync(TestEvents.ForceReload());
        for (var i = 3; i < 10; i++)
        {
            await broadcaster.WriteAsync(TestEvents.Numbered(i));
        }

        await broadcaster.DisposeAsync();
        var items = new List<Event>();
        await foreach (var item in subscription)
        {
            items.Add(item);
        }

        Assert.Equal(2, items.Count);
        Assert.Single(items, item => item.Action.IsForceReload);
    }

    [Fact]
    public async Task Leaving_the_loop_unsubscribes()
    {
        await using var broadcaster = new Broadcaster<int>();
        var subscription = broadcaster.Subscribe();
        await broadcaster.WriteAsync(1);

        await foreach (var item in subscription)
        {
            Assert.Equal(1, item);
            break;
        }

        Assert.Empty(broadcaster.Children);
        Assert.Throws<InvalidOperationException>(() => subscription.GetAsyncEnumerator());
    }

    [Fact]
    public async Task Dispose_ends_a_loop_that_waits()
    {
        await using var broadcaster = new Broadcaster<int>();
        var subscription = broadcaster.Subscribe();
        var reading = Task.Run(() => ReadAsync(subscription));

        await subscription.DisposeAsync();

        Assert.Empty(await Eventually.CompletesAsync(reading));
        Assert.Empty(broadcaster.Children);
    }

    [Fact]
    public async Task Cancelling_ends_a_loop_that_waits_with_the_callers_token()
    {
        using var cancel = new CancellationTokenSource();
        await using var broadcaster = new Broadcaster<int>();
        var reading = Task.Run(async () =>
        {
            await foreach (var item in broadcaster.Subscribe().WithCancellation(cancel.Token))
            {
                Assert.Fail($"{item} came from nowhere");
            }
        });
        await Eventually.TrueAsync(() => broadcaster.Children.Count == 1);
        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(reading));
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Empty(broadcaster.Children);
    }

    private static async Task<IReadOnlyList<int>> ReadAsync(Subscription<int> subscription, List<int>? into = null)
    {
        var items = into ?? [];
        await foreach (var item in subscription)
        {
            items.Add(item);
        }

        return items;
    }
}
