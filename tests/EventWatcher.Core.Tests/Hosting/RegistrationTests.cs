using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class RegistrationTests
{
    [Fact]
    public void AddEventWatcher_twice_registers_once()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher();
        var count = services.Count;

        services.AddEventWatcher();

        Assert.Equal(count, services.Count);
        Assert.Single(services, static service => service.ServiceType == typeof(IHostedService));
    }

    [Fact]
    public void AddWatcher_same_name_twice_is_one_watcher_another_name_another()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher()
            .AddWatcher("a", static _ => new FakeWatcher())
            .AddWatcher("a", static _ => new FakeWatcher())
            .AddWatcher("b", static _ => new FakeWatcher());

        using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetKeyedServices<IWatcher>("a"));
        Assert.NotSame(provider.GetRequiredKeyedService<IWatcher>("a"), provider.GetRequiredKeyedService<IWatcher>("b"));
        Assert.Same(provider.GetRequiredKeyedService<IWatcher>("a"), provider.GetRequiredKeyedService<IWatcher>("a"));
    }

    [Fact]
    public void AddWatcher_same_name_of_another_type_is_refused()
    {
        var builder = new ServiceCollection().AddEventWatcher().AddWatcher("a", static _ => new FakeWatcher());

        var exception = Assert.Throws<InvalidOperationException>(() => builder.AddWatcher<DisposableWatcher>("a"));

        Assert.Equal("Watcher \"a\" is a FakeWatcher already and can't be a DisposableWatcher too; give one of them another name.", exception.Message);
    }

    [Fact]
    public async Task AddWatcher_typed_is_made_with_services_and_its_name_and_disposed_by_the_container()
    {
        var time = new FakeTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.AddEventWatcher().AddWatcher<DisposableWatcher>("a").AddWatcher<DisposableWatcher>("b");
        DisposableWatcher a;
        await using (var provider = services.BuildServiceProvider())
        {
            a = (DisposableWatcher)provider.GetRequiredKeyedService<IWatcher>("a");
            var b = (DisposableWatcher)provider.GetRequiredKeyedService<IWatcher>("b");

            Assert.Equal(("a", "b"), (a.Key, b.Key));
            Assert.Same(time, a.Time);
            Assert.False(a.IsDisposed);
        }

        Assert.True(a.IsDisposed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Names_blank_are_refused(string name)
    {
        var builder = new ServiceCollection().AddEventWatcher();

        Assert.Throws<ArgumentException>(() => builder.AddWatcher<DisposableWatcher>(name));
        Assert.Throws<ArgumentException>(() => builder.AddWatcher(name, static _ => new FakeWatcher()));
        Assert.Throws<ArgumentException>(() => builder.AddQueue(name, static _ => { }));
        Assert.Throws<ArgumentException>(() => builder.AddQueue("q", queue => queue.From(name)));
    }

    [Fact]
    public async Task AddQueue_same_name_twice_configures_one_queue()
    {
        var (a, b, c) = (new FakeWatcher(), new FakeWatcher(), new FakeWatcher());
        var handler = new RecordingHandler();
        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddQueue("q", queue => queue.From("a").Configure(static options => options.MaxBatchSize = 2))
            .AddWatcher("a", _ => a).AddWatcher("b", _ => b).AddWatcher("c", _ => c)
            .AddQueue("q", queue => queue.From("b", "a").Handle(handler));
        using var host = application.Build();

        await host.StartAsync();
        a.EmitNumbered(0, 2);
        await handler.WaitForEventsAsync(2);
        b.EmitNumbered(2, 2);
        await handler.WaitForEventsAsync(4);

        Assert.Equal([1, 1, 0], new[] { a, b, c }.Select(static watcher => watcher.SubscriptionCount));
        Assert.Equal([2, 2], handler.Batches.Select(static batch => batch.Count));
        await host.StopAsync();
    }

    [Fact]
    public async Task AddQueue_without_From_takes_every_watcher_whenever_added()
    {
        var (a, b) = (new FakeWatcher(), new FakeWatcher());
        var handler = new RecordingHandler();
        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddWatcher("a", _ => a)
            .AddQueue("q", queue => queue.Handle(handler))
            .AddWatcher("b", _ => b);
        using var host = application.Build();

        await host.StartAsync();

        Assert.Equal([1, 1], new[] { a, b }.Select(static watcher => watcher.SubscriptionCount));
        await host.StopAsync();
        await Eventually.TrueAsync(() => a.SubscriptionCount + b.SubscriptionCount == 0);
    }

    [Fact]
    public async Task AddQueue_From_nothing_takes_what_the_application_enqueues_only()
    {
        var watcher = new FakeWatcher();
        var handler = new RecordingHandler();
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddWatcher("a", _ => watcher).AddQueue("q", queue => queue.From().Handle(handler));
        using var host = application.Build();

        await host.StartAsync();
        Assert.True(host.Queue("q").TryEnqueue(TestEvents.Numbered(7)));
        await host.Queue("q").FlushAsync();

        Assert.Equal(0, watcher.SubscriptionCount);
        Assert.Equal(7, TestEvents.NumberOf(Assert.Single(handler.Events)));
        await host.StopAsync();
    }

    [Fact]
    public void Handle_another_handler_is_refused_the_same_one_is_not()
    {
        var builder = new ServiceCollection().AddEventWatcher();
        Action<IReadOnlyList<Event>> handler = static _ => { };
        Action<Exception> onError = static _ => { };
        builder.AddQueue("q", queue => queue.Handle(handler).OnError(onError));

        builder.AddQueue("q", queue => queue.Handle(handler).OnError(onError));
        var other = Assert.Throws<InvalidOperationException>(() => builder.AddQueue("q", static queue => queue.Handle(static (_, _) => default)));
        var otherForErrors = Assert.Throws<InvalidOperationException>(() => builder.AddQueue("q", static queue => queue.OnError(static (_, _) => default)));

        Assert.Equal("Queue \"q\" has another handler already. Call Handle once for a queue; to handle the same events twice, add another queue.", other.Message);
        Assert.StartsWith("Queue \"q\" has another error handler already. Call OnError once", otherForErrors.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Handle_async_lambda_without_token_is_awaited() => AssertFailureIsSeenAsync(static queue => queue.Handle(static async batch =>
    {
        await Task.Yield();
        throw new InvalidOperationException($"{batch.Count} refused");
    }));

    [Fact]
    public Task Handle_lambda_that_returns_a_task_is_awaited() =>
        AssertFailureIsSeenAsync(static queue => queue.Handle(static batch => RefuseAsync(batch)));

    [Fact]
    public Task Handle_lambda_that_returns_a_value_task_is_awaited() =>
        AssertFailureIsSeenAsync(static queue => queue.Handle(static batch => new ValueTask(RefuseAsync(batch))));

    [Fact]
    public async Task OnError_lambdas_of_every_kind_are_called_and_awaited()
    {
        var told = new List<string>();
        var releases = new TaskCompletionSource[] { new(), new(), new() };
        async Task TellAsync(string how, TaskCompletionSource release)
        {
            await release.Task;
            told.Add(how);
        }

        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddQueue("0", queue => queue.Handle(static batch => RefuseAsync(batch)).OnError(async _ => await TellAsync("async", releases[0])))
            .AddQueue("1", queue => queue.Handle(static batch => RefuseAsync(batch)).OnError(_ => TellAsync("task", releases[1])))
            .AddQueue("2", queue => queue.Handle(static batch => RefuseAsync(batch)).OnError(_ => new ValueTask(TellAsync("value task", releases[2]))));
        using var host = application.Build();
        await host.StartAsync();

        for (var i = 0; i < releases.Length; i++)
        {
            host.Queue($"{i}").TryEnqueue(TestEvents.Numbered(1));
            var flushing = host.Queue($"{i}").FlushAsync();
            Assert.False(flushing.IsCompleted);
            releases[i].SetResult();
            await flushing;
        }

        Assert.Equal(["async", "task", "value task"], told);
        await host.StopAsync();
    }

    [Fact]
    public async Task Watcher_replaced_by_the_application_is_the_one_that_is_watched()
    {
        var (original, replacement) = (new FakeWatcher(), new FakeWatcher());
        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddWatcher("a", _ => original)
            .AddQueue("q", static queue => queue.Handle(static _ => { }));
        application.Services.AddKeyedSingleton<IWatcher>("a", replacement);
        using var host = application.Build();

        await host.StartAsync();

        Assert.Equal([0, 1], new[] { original, replacement }.Select(static watcher => watcher.SubscriptionCount));
        await host.StopAsync();
    }

    [Fact]
    public async Task Queue_without_host_is_a_keyed_service_that_can_be_run()
    {
        var handler = new RecordingHandler();
        var services = new ServiceCollection();
        services.AddEventWatcher().AddQueue("q", queue => queue.Handle(handler));
        await using var provider = services.BuildServiceProvider();

        var queue = provider.GetRequiredKeyedService<EventQueue>("q");
        queue.Start();
        queue.TryEnqueue(TestEvents.Numbered(1));
        await queue.FlushAsync();

        Assert.Equal("q", queue.Name);
        Assert.Same(queue, provider.GetRequiredKeyedService<EventQueue>("q"));
        Assert.Single(handler.AcceptedEvents);
    }

    private static async Task AssertFailureIsSeenAsync(Action<QueueBuilder> configure)
    {
        var errors = new RecordingHandler();
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddQueue("q", configure).AddQueue("q", queue => queue.OnError(errors.HandleErrorAsync));
        using var host = application.Build();

        await host.StartAsync();
        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        await errors.WaitForErrorsAsync(1);

        Assert.Equal("1 refused", Assert.IsType<FlushException>(errors.Errors[0]).InnerException!.Message);
        await host.StopAsync();
    }

    private static async Task RefuseAsync(IReadOnlyList<Event> batch)
    {
        await Task.Yield();
        throw new InvalidOperationException($"{batch.Count} refused");
    }

    private sealed class DisposableWatcher([ServiceKey] string key, TimeProvider time) : Watcher(TestEvents.Type), IAsyncDisposable
    {
        public string Key { get; } = key;

        public TimeProvider Time { get; } = time;

        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }

        protected override Task WatchAsync(WatchWriter output, CancellationToken cancellationToken) =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, cancellationToken);
    }
}
