namespace EventWatcher.TestKit.Tests;

public sealed class EventuallyTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task TrueAsync_condition_becomes_true_completes()
    {
        var looks = 0;

        await Eventually.TrueAsync(() => ++looks == 5);

        Assert.Equal(5, looks);
    }

    [Fact]
    public async Task TrueAsync_condition_never_true_names_it()
    {
        var count = 1;

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.TrueAsync(() => count == 2, Short));

        Assert.Contains("count == 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompletesAsync_gives_result_and_failure_through()
    {
        Assert.Equal(7, await Eventually.CompletesAsync(Task.FromResult(7)));
        await Assert.ThrowsAsync<FormatException>(() => Eventually.CompletesAsync(Task.FromException(new FormatException())));
        await Assert.ThrowsAsync<TimeoutException>(() => Eventually.CompletesAsync(new TaskCompletionSource().Task, Short));
    }

    [Fact]
    public async Task EndsAsync_failed_task_is_ended_pending_one_is_not()
    {
        await Eventually.EndsAsync(Task.FromException(new FormatException()));
        await Eventually.EndsAsync(Task.FromCanceled(new CancellationToken(canceled: true)));
        await Assert.ThrowsAsync<TimeoutException>(() => Eventually.EndsAsync(new TaskCompletionSource().Task, Short));
    }
}
