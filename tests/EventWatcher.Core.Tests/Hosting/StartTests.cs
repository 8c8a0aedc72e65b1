using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class StartTests
{
    [Fact]
    public async Task Start_without_queues_has_nothing_to_do()
    {
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddWatcher("a", static _ => new FakeWatcher());
        using var host = application.Build();

        await Eventually.CompletesAsync(host.StartAsync());
        await Eventually.CompletesAsync(host.StopAsync());
    }

    [Fact]
    public async Task Start_unknown_watcher_and_no_handler_are_refused_with_the_names_there_are()
    {
        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddWatcher("docker", static _ => new FakeWatcher())
            .AddWatcher("files", static _ => new FakeWatcher())
            .AddQueue("q", static queue => queue.From("dokcer", "files"));
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            [
                "Queue \"q\" has no handler; call Handle(...) in AddQueue(\"q\", ...).",
                "Queue \"q\" takes events from watcher \"dokcer\", which was not added; there are \"docker\", \"files\".",
            ],
            exception.Failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_unknown_watcher_where_there_is_none_says_so()
    {
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddQueue("q", static queue => queue.From("a").Handle(static _ => { }));
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal("Queue \"q\" takes events from watcher \"a\", which was not added; there are none.", Assert.Single(exception.Failures));
    }

    [Fact]
    public async Task Start_several_wrong_queues_are_all_told_at_once()
    {
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddQueue("one", static _ => { }).AddQueue("two", static _ => { });
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<AggregateException>(() => host.StartAsync());

        Assert.Equal(["one", "two"], exception.InnerExceptions.Cast<OptionsValidationException>().Select(static inner => inner.OptionsName));
    }

    [Fact]
    public async Task Start_queues_start_in_order_of_registration()
    {
        var started = new List<string>();
        var application = TestApplication.Create();
        var builder = application.Services.AddEventWatcher();
        foreach (var name in new[] { "one", "two", "three" })
        {
            builder
                .AddWatcher(name, _ => new CallbackWatcher(() => started.Add(name)))
                .AddQueue(name, queue => queue.From(name).Handle(static _ => { }));
        }

        using var host = application.Build();
        await host.StartAsync();

        Assert.Equal(["one", "two", "three"], started);
        await host.StopAsync();
    }

    [Fact]
    public async Task Start_watcher_that_cannot_be_made_starts_nothing()
    {
        var started = false;
        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddWatcher("good", _ => new CallbackWatcher(() => started = true))
            .AddWatcher<FakeWatcher>("bad", static _ => throw new InvalidOperationException("no such folder"))
            .AddQueue("one", static queue => queue.From("good").Handle(static _ => { }))
            .AddQueue("two", static queue => queue.From("bad").Handle(static _ => { }));
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Equal("no such folder", exception.Message);
        Assert.False(started);
    }

    [Fact]
    public async Task Start_source_that_never_becomes_ready_keeps_nobody_waiting()
    {
        var watcher = new FakeWatcher(TestEvents.Type, isReady: false);
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddWatcher("absent", _ => watcher).AddQueue("q", static queue => queue.Handle(static _ => { }));
        using var host = application.Build();

        await Eventually.CompletesAsync(host.StartAsync());
        Assert.Equal(WatchState.Connecting, Assert.Single(host.Queue("q").Sources).State);
        await Eventually.CompletesAsync(host.StopAsync());

        Assert.True(host.Queue("q").Completion.IsCompletedSuccessfully);
    }

    private sealed class CallbackWatcher(Action onWatch) : IWatcher
    {
        private readonly FakeWatcher _watcher = new();

        public WatchStream Watch(CancellationToken cancellationToken = default)
        {
            onWatch();
            return _watcher.Watch(cancellationToken);
        }
    }
}
