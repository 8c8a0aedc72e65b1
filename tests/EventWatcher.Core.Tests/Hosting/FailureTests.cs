using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class FailureTests
{
    [Fact]
    public async Task Queue_that_failed_for_good_is_logged_as_critical_and_stops_nobody()
    {
        var handler = new RecordingHandler();
        var application = TestApplication.Create();
        var log = application.UseRecordingLog();
        application.Services.AddEventWatcher()
            .AddQueue("bad", static queue => queue
                .Handle(static _ => throw new InvalidOperationException("refused"))
                .Configure(static options => options.FlushFailure = FlushFailureMode.Stop))
            .AddQueue("good", queue => queue.Handle(handler));
        using var host = application.Build();
        await host.StartAsync();

        host.Queue("bad").TryEnqueue(TestEvents.Numbered(1));
        await Eventually.EndsAsync(host.Queue("bad").Completion);
        host.Queue("good").TryEnqueue(TestEvents.Numbered(2));
        await handler.WaitForEventsAsync(1);

        await Eventually.TrueAsync(() => log.Any(static line => line.StartsWith("Critical: Queue bad has failed and ended", StringComparison.Ordinal)));
        await Eventually.CompletesAsync(host.StopAsync());
    }

    [Fact]
    public async Task Batches_of_one_queue_are_handled_while_the_handler_of_another_hangs()
    {
        var (hanging, working) = (new RecordingHandler(), new RecordingHandler());
        var watcher = new FakeWatcher();
        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddWatcher("a", _ => watcher)
            .AddQueue("hanging", queue => queue.Handle(hanging))
            .AddQueue("working", queue => queue.Handle(working));
        using var host = application.Build();
        await host.StartAsync();
        hanging.Block();

        watcher.EmitNumbered(0, 1);
        await hanging.WaitForBatchesAsync(1);
        watcher.EmitNumbered(1, 1);
        await working.WaitForEventsAsync(2);

        Assert.Equal([0, 1], working.Events.Select(TestEvents.NumberOf));
        hanging.Release();
        await host.StopAsync();
        Assert.Equal([0, 1], hanging.AcceptedEvents.Select(TestEvents.NumberOf));
    }
}
