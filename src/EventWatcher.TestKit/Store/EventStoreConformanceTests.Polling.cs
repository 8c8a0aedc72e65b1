using EventWatcher.Store;
using Xunit;

namespace EventWatcher.TestKit;

// Waiting for what is to come, and the end of waiting.
public abstract partial class EventStoreConformanceTests
{
    private static readonly EventIterator Beginning = EventIterator.AfterSequenceNumber(0);

    /// <summary>A read with nothing to give waits for its time-out, not less, and then ends empty where it was.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_nothing_comes_ends_empty_at_its_time_out()
    {
        var poll = await PollAsync(Beginning).ConfigureAwait(false);
        var timers = Time.PendingTimers;

        Time.Advance(Setup.LongPollTimeout - TimeSpan.FromMilliseconds(10));
        Assert.False(poll.IsCompleted);
        Assert.Equal(timers, Time.PendingTimers);
        Time.Advance(TimeSpan.FromMilliseconds(20));

        var response = await Eventually.CompletesAsync(poll, Deadline).ConfigureAwait(false);
        Assert.Empty(response.Events);
        Assert.Equal(Beginning, response.NextIterator);
    }

    /// <summary>Five readers that wait are all woken by one event.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_five_that_wait_all_wake()
    {
        var polls = new List<Task<GetEventsResponse>>();
        for (var i = 0; i < 5; i++)
        {
            polls.Add(await PollAsync(Beginning).ConfigureAwait(false));
        }

        Assert.DoesNotContain(polls, static poll => poll.IsCompleted);
        await AppendAsync(1).ConfigureAwait(false);

        foreach (var response in await Eventually.CompletesAsync(Task.WhenAll(polls), Deadline).ConfigureAwait(false))
        {
            Assert.Equal([1], Numbers(response));
            Assert.Equal(EventIterator.AfterSequenceNumber(1), response.NextIterator);
        }
    }

    /// <summary>What comes but is filtered out moves the iterator, and the read returns.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_what_comes_is_filtered_out_returns_with_the_iterator_moved()
    {
        var poll = await PollAsync(Beginning, new EventFilter { ObjectTypes = [OtherType] }).ConfigureAwait(false);
        await AppendAsync(1).ConfigureAwait(false);

        var response = await Eventually.CompletesAsync(poll, Deadline).ConfigureAwait(false);

        Assert.Empty(response.Events);
        Assert.Equal(EventIterator.AfterSequenceNumber(1), response.NextIterator);
    }

    /// <summary>Who waits for a number beyond the end is not woken by what comes before it.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_beyond_the_end_waits_for_its_number()
    {
        var poll = await PollAsync(EventIterator.AtSequenceNumber(3)).ConfigureAwait(false);
        await AppendAsync(2).ConfigureAwait(false);
        Assert.False(poll.IsCompleted);
        await AppendAsync(2).ConfigureAwait(false);

        var response = await Eventually.CompletesAsync(poll, Deadline).ConfigureAwait(false);

        Assert.Equal(3, response.Events[0].SequenceNumber);
    }

    /// <summary>The caller's cancellation ends a read that waits, with the caller's token, and one that has not begun.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_cancelled_throws()
    {
        using var cancellation = new CancellationTokenSource();
        var poll = await PollAsync(Beginning, cancellationToken: cancellation.Token).ConfigureAwait(false);

        await cancellation.CancelAsync().ConfigureAwait(false);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(poll, Deadline)).ConfigureAwait(false);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await AppendAsync(1).ConfigureAwait(false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.GetEventsAsync(new GetEventsRequest(), cancellation.Token).AsTask()).ConfigureAwait(false);
    }

    /// <summary>No wake-up is lost between looking and waiting: readers and a writer that race through many rounds.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_raced_by_appends_misses_no_wake_up()
    {
        const int Rounds = 300;
        var iterator = Beginning;
        for (var i = 1; i <= Rounds; i++)
        {
            // The clock stands still: a wake-up that is lost would be waited for until the deadline.
            var poll = Task.Run(() => Store.GetEventsAsync(new GetEventsRequest { Iterator = iterator }).AsTask());
            var append = Task.Run(() => Store.StoreEventAsync(Item(i)).AsTask());
            await Eventually.CompletesAsync(append, Deadline).ConfigureAwait(false);
            var response = await Eventually.CompletesAsync(poll, Deadline).ConfigureAwait(false);
            Assert.Equal([i], Numbers(response));
            iterator = response.NextIterator;
        }
    }

    /// <summary>Closing ends reads that wait, empty and where they were.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Close_reads_that_wait_end_empty()
    {
        var polls = new[] { await PollAsync(Beginning).ConfigureAwait(false), await PollAsync(EventIterator.AtSequenceNumber(9)).ConfigureAwait(false) };

        await Eventually.CompletesAsync(Store.CloseAsync(), Deadline).ConfigureAwait(false);

        var responses = await Eventually.CompletesAsync(Task.WhenAll(polls), Deadline).ConfigureAwait(false);
        Assert.All(responses, static response => Assert.Empty(response.Events));
        Assert.Equal([Beginning, EventIterator.AtSequenceNumber(9)], responses.Select(static response => response.NextIterator));
    }

    /// <summary>A closed store refuses everything with its own exception; closing it again is harmless.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Close_everything_after_it_is_refused()
    {
        await AppendAsync(2).ConfigureAwait(false);
        var registration = await Store.RegisterWatcherAsync("still-running", isEphemeral: false).ConfigureAwait(false);
        await Eventually.CompletesAsync(Task.WhenAll(Store.CloseAsync(), Store.CloseAsync()), Deadline).ConfigureAwait(false);

        Func<Task>[] calls =
        [
            () => Store.StoreEventAsync(Item(3)).AsTask(),
            () => Store.StoreEventsAsync([Item(3)]).AsTask(),
            () => Store.StoreEventsAsync([]).AsTask(),
            () => Store.GetEventsAsync(new GetEventsRequest()).AsTask(),
            () => Store.GetLatestSequenceNumberAsync().AsTask(),
            () => Store.GetOldestSequenceNumberAsync().AsTask(),
            () => Store.StoreCheckpointAsync("watcher", 1).AsTask(),
            () => Store.GetCheckpointAsync("watcher").AsTask(),
            () => Store.DeleteCheckpointAsync("watcher").AsTask(),
            () => Store.ListCheckpointsAsync().AsTask(),
            () => Store.RegisterWatcherAsync("watcher", isEphemeral: false).AsTask(),
        ];
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<EventStoreClosedException>(call).ConfigureAwait(false);
        }

        await registration.DisposeAsync().ConfigureAwait(false);
        await Eventually.CompletesAsync(Store.CloseAsync(), Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(Store.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(Store.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);
    }

    /// <summary>Closing while writers write: each append was made, or was refused because the store is closed.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Close_while_writers_write_refuses_or_stores()
    {
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await Store.StoreEventAsync(Item(1)).ConfigureAwait(false);
                }
            }
            catch (EventStoreClosedException)
            {
                return;
            }
        })).ToList();
        await Eventually.TrueAsync(async () => await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false) > 20, Deadline).ConfigureAwait(false);

        await Eventually.CompletesAsync(Store.CloseAsync(), Deadline).ConfigureAwait(false);

        await Eventually.CompletesAsync(Task.WhenAll(writers), Deadline).ConfigureAwait(false);
    }
}
