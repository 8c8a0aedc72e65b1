namespace EventWatcher.Core.Tests;

public sealed class ReadAllAsyncTests
{
    private readonly FakeWatcher _watcher = new();

    [Fact]
    public async Task Source_ends_every_event_is_read_and_the_loop_ends()
    {
        await using var stream = _watcher.Watch();
        _watcher.EmitNumbered(0, 500);
        _watcher.Complete();

        Assert.Equal(Enumerable.Range(0, 500), await Eventually.CompletesAsync(NumbersAsync(stream)));
    }

    [Fact]
    public async Task Source_fails_the_loop_ends_and_the_error_was_handed_over()
    {
        await using var stream = _watcher.Watch();
        var errors = new List<WatcherException>();
        _watcher.EmitNumbered(0, 3);
        _watcher.Fail(new FormatException("bad"));

        var numbers = await Eventually.CompletesAsync(NumbersAsync(stream, error =>
        {
            errors.Add(error);
            return ValueTask.CompletedTask;
        }));

        Assert.Equal([0, 1, 2], numbers);
        Assert.Equal("bad", Assert.Single(errors).Message);
    }

    [Fact]
    public async Task Errors_come_between_two_events_and_never_at_the_same_time_as_the_body()
    {
        await using var stream = _watcher.Watch();
        var isInBody = false;
        var errors = 0;
        var numbers = 0;
        var reading = Task.Run(async () =>
        {
            await foreach (var item in stream.ReadAllAsync(OnErrorAsync))
            {
                isInBody = true;
                numbers++;
                await Task.Yield();
                isInBody = false;
            }
        });
        for (var i = 0; i < 60; i++)
        {
            _watcher.EmitNumbered(i, 1);
            _watcher.ReportError(new FormatException($"{i}"));
        }

        _watcher.Complete();
        await Eventually.CompletesAsync(reading);

        Assert.Equal((60, 60), (numbers, errors));

        async ValueTask OnErrorAsync(WatcherException error)
        {
            Assert.False(isInBody);
            errors++;
            await Task.Yield();
            Assert.False(isInBody);
        }
    }

    [Fact]
    public async Task Error_callback_throws_the_reading_goes_on()
    {
        await using var stream = _watcher.Watch();
        _watcher.ReportError(new FormatException());
        _watcher.EmitNumbered(0, 2);
        _watcher.ReportError(new FormatException());
        _watcher.Complete();

        var numbers = await Eventually.CompletesAsync(NumbersAsync(stream, static _ => throw new InvalidOperationException("callback")));

        Assert.Equal([0, 1], numbers);
    }

    [Fact]
    public async Task Error_alone_is_handed_over_without_waiting_for_an_event()
    {
        await using var stream = _watcher.Watch();
        var handed = new TaskCompletionSource<WatcherException>();
        var reading = NumbersAsync(stream, error =>
        {
            handed.TrySetResult(error);
            return ValueTask.CompletedTask;
        });

        _watcher.ReportError(new FormatException("alone"));

        Assert.Equal("alone", (await Eventually.CompletesAsync(handed.Task)).Message);
        _watcher.Complete();
        Assert.Empty(await Eventually.CompletesAsync(reading));
    }

    [Fact]
    public async Task Token_cancelled_while_waiting_throws_with_the_callers_token()
    {
        await using var stream = _watcher.Watch();
        using var cancellation = new CancellationTokenSource();
        var reading = NumbersAsync(stream, cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(reading));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.False(stream.Completion.IsCompleted);
    }

    [Fact]
    public async Task Token_cancelled_in_the_body_throws_before_the_next_event()
    {
        await using var stream = _watcher.Watch();
        using var cancellation = new CancellationTokenSource();
        _watcher.EmitNumbered(0, 10);
        await Eventually.TrueAsync(() => stream.Events.Count == 10);
        var numbers = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in stream.ReadAllAsync(cancellationToken: cancellation.Token))
            {
                numbers++;
                await cancellation.CancelAsync();
            }
        });

        Assert.Equal(1, numbers);
        Assert.Equal(9, stream.Events.Count);
    }

    [Fact]
    public async Task Stream_disposed_in_the_body_ends_the_loop()
    {
        await using var stream = _watcher.Watch();
        _watcher.EmitNumbered(0, 10);
        var numbers = 0;

        await foreach (var item in stream.ReadAllAsync())
        {
            numbers++;
            await stream.DisposeAsync();
        }

        Assert.Equal(1, numbers);
    }

    private static async Task<List<int>> NumbersAsync(
        WatchStream stream,
        Func<WatcherException, ValueTask>? onError = null,
        CancellationToken cancellationToken = default)
    {
        var numbers = new List<int>();
        await foreach (var item in stream.ReadAllAsync(onError, cancellationToken))
        {
            numbers.Add(TestEvents.NumberOf(item));
        }

        return numbers;
    }
}
