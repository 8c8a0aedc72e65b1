using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_pending_events_are_flushed_by_default()
    {
        var handler = new RecordingHandler();
        var application = TestApplication.Create();
        application.UseFakeTime();
        application.Services.AddEventWatcher().AddQueue("q", queue => queue.Handle(handler));
        using var host = application.Build();
        await host.StartAsync();
        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        Assert.Empty(handler.Batches);

        await host.StopAsync();

        Assert.Single(handler.AcceptedEvents);
    }

    [Fact]
    public async Task Stop_pending_events_are_discarded_where_told()
    {
        var handler = new RecordingHandler();
        var application = TestApplication.Create(("Q:DrainOnStop", "false"));
        application.UseFakeTime();
        application.Services.AddEventWatcher().AddQueue("q", queue => queue.Bind(application.Configuration.GetSection("Q")).Handle(handler));
        using var host = application.Build();
        await host.StartAsync();
        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));

        await host.StopAsync();

        Assert.Empty(handler.Batches);
        Assert.Equal(1, host.Queue("q").Statistics.Dropped);
    }

    [Fact]
    public async Task Stop_is_in_reverse_order_so_that_the_last_queue_may_feed_the_first()
    {
        IHost? host = null;
        var (first, last) = (new RecordingHandler(), new RecordingHandler());
        var wasTaken = false;
        last.OnBatch = (batch, _) =>
        {
            wasTaken = host!.Queue("first").TryEnqueue(batch[0]);
            return ValueTask.CompletedTask;
        };
        var application = TestApplication.Create();
        application.UseFakeTime();
        application.Services.AddEventWatcher()
            .AddQueue("first", queue => queue.Handle(first))
            .AddQueue("last", queue => queue.Handle(last));
        using (host = application.Build())
        {
            await host.StartAsync();
            host.Queue("last").TryEnqueue(TestEvents.Numbered(5));

            await host.StopAsync();
        }

        Assert.True(wasTaken);
        Assert.Equal(5, TestEvents.NumberOf(Assert.Single(first.AcceptedEvents)));
    }

    [Fact]
    public async Task Stop_handler_that_hangs_costs_no_other_queue_its_drain()
    {
        var (first, last) = (new RecordingHandler(), new RecordingHandler());
        var application = TestApplication.Create();
        var time = application.UseFakeTime();
        application.Services.AddEventWatcher()
            .AddQueue("first", queue => queue.Handle(first).Configure(static options => options.FlushInterval = TimeSpan.FromHours(1)))
            .AddQueue("last", queue => queue.Handle(last));
        using var host = application.Build();
        await host.StartAsync();
        host.Queue("first").TryEnqueue(TestEvents.Numbered(1));
        host.Queue("last").TryEnqueue(TestEvents.Numbered(2));
        last.Block();

        var stopping = host.StopAsync();
        await last.WaitForBatchesAsync(1);
        time.Advance(TimeSpan.FromSeconds(5));
        await first.WaitForEventsAsync(1);

        Assert.False(stopping.IsCompleted);
        last.Release();
        await Eventually.CompletesAsync(stopping);
        Assert.Single(last.AcceptedEvents);
    }

    [Fact]
    public async Task Stop_handler_that_hangs_is_abandoned_when_the_hosts_time_is_up_whatever_its_StopTimeout()
    {
        var handler = new RecordingHandler { IgnoresCancellation = true };
        var application = TestApplication.Create();
        application.UseFakeTime();
        application.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        application.Services.AddEventWatcher().AddQueue("q", queue => queue
            .Handle(handler)
            .Configure(static options => options.StopTimeout = Timeout.InfiniteTimeSpan));
        var host = application.Build();
        await host.StartAsync();
        var queue = host.Queue("q");
        handler.Block();
        queue.TryEnqueue(TestEvents.Numbered(1));
        var flushing = queue.FlushAsync();
        await handler.WaitForBatchesAsync(1);

        await Eventually.EndsAsync(host.StopAsync());
        await Eventually.CompletesAsync(((IAsyncDisposable)host).DisposeAsync().AsTask());

        await Assert.ThrowsAsync<CallbackAbandonedException>(() => queue.Completion);
        await flushing;
        handler.Release();
    }

    [Fact]
    public async Task Stop_queue_that_hangs_longer_than_its_StopTimeout_does_not_fail_the_stop()
    {
        var handler = new RecordingHandler { IgnoresCancellation = true };
        var application = TestApplication.Create();
        var time = application.UseFakeTime();
        application.Services.AddEventWatcher().AddQueue("q", queue => queue.Handle(handler).Configure(static options => options.StopTimeout = TimeSpan.FromSeconds(3)));
        using var host = application.Build();
        await host.StartAsync();
        handler.Block();
        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));

        var stopping = host.StopAsync();
        await handler.WaitForBatchesAsync(1);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        });

        await stopping;
        handler.Release();
    }

    [Fact]
    public async Task Stop_watcher_that_ignores_cancellation_is_abandoned_when_the_hosts_time_is_up()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var application = TestApplication.Create();
        application.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        application.Services.AddEventWatcher()
            .AddWatcher("stubborn", _ => Watcher.Create(
                TestEvents.Type,
                (_, _) => release.Task,
                new WatcherOptions { StopTimeout = Timeout.InfiniteTimeSpan }))
            .AddQueue("q", static queue => queue.Handle(static _ => { }));
        var host = application.Build();
        await host.StartAsync();
        var queue = host.Queue("q");

        await Eventually.EndsAsync(host.StopAsync());
        await Eventually.CompletesAsync(((IAsyncDisposable)host).DisposeAsync().AsTask());

        Assert.True(queue.Completion.IsCompleted);
        release.SetResult();
    }

    [Fact]
    public async Task Stop_after_the_sources_have_ended_is_fine()
    {
        var watcher = new FakeWatcher();
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddWatcher("a", _ => watcher).AddQueue("q", static queue => queue.Handle(static _ => { }));
        using var host = application.Build();
        await host.StartAsync();

        watcher.Complete();
        await Eventually.CompletesAsync(host.Queue("q").Completion);

        await Eventually.CompletesAsync(host.StopAsync());
    }
}
