namespace EventWatcher.TestKit.Tests;

public sealed class RecordingHandlerTests
{
    private readonly RecordingHandler _handler = new();

    [Fact]
    public async Task HandleAsync_throws_on_every_second_call_and_records_both()
    {
        _handler.ThrowOnEvery = 2;

        await CallAsync(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(2));
        await CallAsync(3);

        Assert.Equal([1, 2, 3], _handler.Events.Select(TestEvents.NumberOf));
        Assert.Equal([1, 3], _handler.AcceptedEvents.Select(TestEvents.NumberOf));
        Assert.Equal(0, _handler.RunningCalls);
    }

    [Fact]
    public async Task Block_holds_calls_until_released()
    {
        _handler.Block();
        var call = CallAsync(1);
        await _handler.WaitForBatchesAsync(1);
        Assert.Equal(1, _handler.RunningCalls);
        Assert.Empty(_handler.AcceptedBatches);

        _handler.Release();

        await Eventually.CompletesAsync(call);
        await _handler.WaitForEventsAsync(1);
    }

    [Fact]
    public async Task Block_cancelled_call_ends_unless_told_to_ignore_that()
    {
        using var cancellation = new CancellationTokenSource();
        _handler.Block();
        var obedient = CallAsync(1, cancellation.Token);
        _handler.IgnoresCancellation = true;
        var stubborn = CallAsync(2, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(obedient));
        Assert.False(stubborn.IsCompleted);
        _handler.Release();
        await Eventually.CompletesAsync(stubborn);
    }

    [Fact]
    public async Task MostRunningCalls_two_at_once_are_seen()
    {
        _handler.Block();
        Task[] calls = [CallAsync(1), CallAsync(2)];
        _handler.Release();
        await Eventually.CompletesAsync(Task.WhenAll(calls));

        Assert.Equal(2, _handler.MostRunningCalls);
    }

    [Fact]
    public async Task WaitForErrorsAsync_none_comes_says_so()
    {
        await _handler.HandleErrorAsync(new FormatException(), CancellationToken.None);
        await _handler.WaitForErrorsAsync(1);

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => _handler.WaitForErrorsAsync(2, TimeSpan.FromMilliseconds(1)));

        Assert.Equal("Waited for 2 errors; 1 came.", exception.Message);
    }

    private Task CallAsync(int number, CancellationToken cancellationToken = default) =>
        _handler.HandleAsync([TestEvents.Numbered(number)], cancellationToken).AsTask();
}
