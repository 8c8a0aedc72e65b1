using EventWatcher.TestKit;

namespace EventWatcher.Core.Tests;

/// <summary>Whatever form the handler has, the queue waits for it and sees what it throws.</summary>
public sealed class EventQueueHandlerFormsTests
{
    [Fact]
    public async Task Constructor_async_lambda_is_awaited_and_not_async_void()
    {
        var errors = new List<Exception>();
        await using var queue = new EventQueue(
            new EventQueueOptions { MaxBatchSize = 1 },
            async batch =>
            {
                await Task.Yield();
                throw new InvalidOperationException(batch[0].ActorName);
            },
            async error =>
            {
                await Task.Yield();
                errors.Add(error);
            });
        queue.Start();

        queue.TryEnqueue(TestEvents.Numbered(7));
        await queue.FlushAsync();

        var failure = Assert.IsType<FlushException>(Assert.Single(errors));
        Assert.Equal("7", failure.InnerException!.Message);
    }
}
