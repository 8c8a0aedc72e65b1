namespace EventWatcher.Idle.Tests;

public sealed class WakeEventLogTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static WakeEvent Event(long id) => new()
    {
        Id = id,
        Type = WakeEventType.Starting,
        Container = "app",
        Message = "",
        Timestamp = Now,
        Elapsed = TimeSpan.Zero,
    };

    [Fact]
    public void GetHistory_is_bounded_and_resumes_after_an_id()
    {
        var log = new WakeEventLog(Now);
        for (var number = 0; number < WakeEventLog.Capacity + 10; number++)
        {
            log.Add(Event);
        }

        var history = log.GetHistory();
        Assert.Equal(WakeEventLog.Capacity, history.Count);
        Assert.Equal(log.LastId, history[^1].Id);
        Assert.Equal(3, log.GetHistory(log.LastId - 3).Count);
        Assert.Empty(log.GetHistory(log.LastId));
    }

    [Fact]
    public void Ids_grow_over_a_restart_of_the_process()
    {
        var before = new WakeEventLog(Now);
        before.Add(Event);

        Assert.True(new WakeEventLog(Now + TimeSpan.FromSeconds(1)).LastId > before.LastId);
    }

    [Fact]
    public async Task ReadAsync_has_what_is_past_and_what_comes_each_once()
    {
        var log = new WakeEventLog(Now);
        log.Add(Event);
        await using var reading = log.ReadAsync().GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        var next = reading.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);

        log.Add(Event);

        Assert.True(await Eventually.CompletesAsync(next));
        Assert.Equal(log.LastId, reading.Current.Id);
        next = reading.MoveNextAsync().AsTask();
        log.End();
        Assert.False(await Eventually.CompletesAsync(next));
    }

    [Fact]
    public async Task ReadAsync_by_too_many_is_refused()
    {
        var log = new WakeEventLog(Now);
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, WakeEventLog.MaxReaders).Select(_ => log.ReadAsync(cancellationToken: end.Token).GetAsyncEnumerator()).ToList();
        var reading = readers.ConvertAll(static reader => reader.MoveNextAsync().AsTask());

        await using var oneMore = log.ReadAsync().GetAsyncEnumerator();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await oneMore.MoveNextAsync());

        await end.CancelAsync();
        await Eventually.EndsAsync(Task.WhenAll(reading));
    }

    /// <summary>Nobody had asked for the events before, and the reader waited for ever.</summary>
    [Fact]
    public async Task Events_of_a_watcher_that_had_ended_before_they_were_asked_for_never_ended()
    {
        using var test = new Lone();
        await Eventually.CompletesAsync(test.Watcher.DisposeAsync());

        var reading = Task.Run(async () =>
        {
            await foreach (var item in test.Watcher.WakeEvents.ReadAsync())
            {
                Assert.Fail(item.Message);
            }
        });

        await Eventually.CompletesAsync(reading);
    }

    /// <summary>A process before this one whose clock was ahead gave out larger ids.</summary>
    [Fact]
    public async Task Reader_that_comes_back_with_an_id_that_was_never_given_out_saw_nothing_any_more()
    {
        using var test = new Lone();
        using var lease = await test.Watcher.AcquireAsync();
        var log = test.Watcher.WakeEvents;

        var seen = new List<WakeEventType>();
        await Eventually.CompletesAsync(Task.Run(async () =>
        {
            await foreach (var item in log.ReadAsync(log.LastId + 1_000_000))
            {
                seen.Add(item.Type);
                if (item.IsEnd)
                {
                    break;
                }
            }
        }));

        Assert.Equal(log.GetHistory().Select(static item => item.Type), seen);
    }
}
