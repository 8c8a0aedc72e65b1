// snippet: testkit
using EventWatcher;
using EventWatcher.TestKit;
using Xunit;

namespace Notices.Tests;

public class NoticeTests
{
    [Fact]
    public async Task Events_of_a_second_come_in_one_batch()
    {
        var time = new FakeTimeProvider();
        var watcher = new FakeWatcher();
        var handler = new RecordingHandler();
        await using var queue = new EventQueue(new EventQueueOptions(), handler.HandleAsync, handler.HandleErrorAsync, timeProvider: time);
        queue.Attach(watcher);
        queue.Start();

        watcher.Emit(TestEvents.Container(EventAction.ContainerStart, "nginx"));
        watcher.Emit(TestEvents.Container(EventAction.ContainerDie, "nginx"));
        await Eventually.TrueAsync(() => queue.Statistics.Pending == 2);
        time.Advance(TimeSpan.FromSeconds(1));

        await handler.WaitForEventsAsync(2);
        Assert.Single(handler.Batches);
    }
}
// end
