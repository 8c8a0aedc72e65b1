namespace EventWatcher.Core.Tests;

public sealed class LockedReaderTests
{
    private readonly List<Overflow> _overflows = [];
    private readonly EventReader _reader;

    public LockedReaderTests() => _reader = new EventReader(2, new FakeTimeProvider(), _overflows.Add);

    [Fact]
    public async Task WaitToReadAsync_every_waiter_is_woken_by_a_write()
    {
        var waiters = Enumerable.Range(0, 3).Select(_ => _reader.WaitToReadAsync().AsTask()).ToArray();
        Assert.All(waiters, static waiter => Assert.False(waiter.IsCompleted));

        _reader.Write(TestEvents.Numbered(1), out _);

        Assert.All(await Eventually.CompletesAsync(Task.WhenAll(waiters)), Assert.True);
        Assert.Equal(1, _reader.Count);
    }

    [Fact]
    public async Task WaitToReadAsync_cancelled_carries_the_token_and_loses_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = _reader.WaitToReadAsync(cancellation.Token).AsTask();
        var other = _reader.WaitToReadAsync().AsTask();

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(waiting));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.False(other.IsCompleted);
        _reader.Write(TestEvents.Numbered(1), out _);
        Assert.True(await Eventually.CompletesAsync(other));
        Assert.True(_reader.TryRead(out _));
    }

    [Fact]
    public async Task WaitToReadAsync_token_cancelled_already_is_cancelled()
    {
        _reader.Write(TestEvents.Numbered(1), out _);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _reader.WaitToReadAsync(new CancellationToken(canceled: true)).AsTask());
    }

    [Fact]
    public async Task Complete_waiters_learn_that_nothing_comes()
    {
        var waiting = _reader.WaitToReadAsync().AsTask();

        _reader.Complete(discard: false);

        Assert.False(await Eventually.CompletesAsync(waiting));
        Assert.False(await _reader.WaitToReadAsync());
        await Eventually.CompletesAsync(_reader.Completion);
    }

    [Fact]
    public async Task Complete_what_was_written_stays_readable_and_completion_follows_the_last_read()
    {
        _reader.Write(TestEvents.Numbered(1), out _);
        _reader.Write(TestEvents.Numbered(2), out _);
        Assert.Equal(0, _reader.Complete(discard: false));

        Assert.True(await _reader.WaitToReadAsync());
        Assert.True(_reader.TryRead(out _));
        Assert.False(_reader.Completion.IsCompleted);
        Assert.True(_reader.TryRead(out _));

        await Eventually.CompletesAsync(_reader.Completion);
        Assert.False(_reader.TryRead(out _));
    }

    [Fact]
    public async Task Complete_with_discard_throws_away_and_completes_at_once()
    {
        _reader.Write(TestEvents.Numbered(1), out _);
        _reader.Write(TestEvents.Numbered(2), out _);
        _reader.Write(TestEvents.Numbered(3), out _);

        Assert.Equal(3, _reader.Complete(discard: true));

        await Eventually.CompletesAsync(_reader.Completion);
        Assert.Equal(0, _reader.Count);
        Assert.False(_reader.TryRead(out _));
        Assert.Equal(0, _reader.Complete(discard: true));
    }

    [Fact]
    public async Task Complete_with_discard_after_one_without_throws_away_what_was_left()
    {
        _reader.Write(TestEvents.Numbered(1), out _);
        _reader.Complete(discard: false);

        Assert.Equal(1, _reader.Complete(discard: true));

        await Eventually.CompletesAsync(_reader.Completion);
    }

    [Fact]
    public void Write_after_completion_is_without_effect()
    {
        _reader.Complete(discard: false);

        Assert.False(_reader.Write(TestEvents.Numbered(1), out _));

        Assert.Equal(0, _reader.Count);
        Assert.Equal(0, _reader.WrittenCount);
    }

    [Fact]
    public void Write_more_than_fits_says_so_once_and_reports_the_loss_when_it_is_read()
    {
        bool[] begins = [.. Enumerable.Range(1, 5).Select(number => !_reader.Write(TestEvents.Numbered(number), out var begins) && begins)];
        Assert.Equal([false, false, true, false, false], begins);
        Assert.Empty(_overflows);

        Assert.Equal(["1", "2", ""], ReadAll().Select(static item => item.ActorName));

        Assert.Equal(new Overflow(TestEvents.Type, TestEvents.Source, 3), Assert.Single(_overflows));
        Assert.Equal((5, 3), (_reader.WrittenCount, _reader.DroppedCount));
    }

    [Fact]
    public async Task WriteAsync_waits_for_room_in_order_of_arrival()
    {
        var writes = Enumerable.Range(1, 5).Select(number => _reader.WriteAsync(TestEvents.Numbered(number), CancellationToken.None).AsTask()).ToArray();
        Assert.Equal([true, true, false, false, false], writes.Select(static write => write.IsCompleted));

        Assert.True(_reader.TryRead(out _));
        Assert.True(await Eventually.CompletesAsync(writes[2]));
        Assert.False(writes[3].IsCompleted);

        Assert.Equal(["2", "3", "4", "5"], ReadAll().Select(static item => item.ActorName));
        Assert.Equal(0, _reader.DroppedCount);
    }

    [Fact]
    public async Task WriteAsync_cancelled_while_waiting_is_not_written()
    {
        using var cancellation = new CancellationTokenSource();
        _reader.Write(TestEvents.Numbered(1), out _);
        _reader.Write(TestEvents.Numbered(2), out _);
        var cancelled = _reader.WriteAsync(TestEvents.Numbered(3), cancellation.Token).AsTask();
        var patient = _reader.WriteAsync(TestEvents.Numbered(4), CancellationToken.None).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(cancelled));

        Assert.Equal(["1", "2", "4"], ReadAll().Select(static item => item.ActorName));
        Assert.True(await Eventually.CompletesAsync(patient));
        Assert.Equal(3, _reader.WrittenCount);
    }

    [Fact]
    public async Task WriteAsync_reader_goes_away_waiting_writers_are_told()
    {
        _reader.Write(TestEvents.Numbered(1), out _);
        _reader.Write(TestEvents.Numbered(2), out _);
        var waiting = _reader.WriteAsync(TestEvents.Numbered(3), CancellationToken.None).AsTask();

        _reader.Complete(discard: true);

        Assert.False(await Eventually.CompletesAsync(waiting));
        Assert.False(await _reader.WriteAsync(TestEvents.Numbered(4), CancellationToken.None));
    }

    [Fact]
    public void ErrorReader_65_errors_the_oldest_gives_way_counted()
    {
        var errors = new ErrorReader();
        for (var i = 0; i < 70; i++)
        {
            errors.Write(new WatcherException("w", $"{i}"));
        }

        Assert.Equal(64, errors.Count);
        Assert.Equal(6, errors.DroppedCount);
        Assert.True(errors.TryRead(out var first));
        Assert.Equal("6", first.Message);
    }

    private List<Event> ReadAll()
    {
        var items = new List<Event>();
        while (_reader.TryRead(out var item))
        {
            items.Add(item);
        }

        return items;
    }
}
