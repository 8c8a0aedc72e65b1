using System.Collections.Concurrent;
using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Store.Tests;

public sealed class AddEventStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventwatcher-store-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task AddEventStore_watchers_run_and_go_on_where_they_were_after_a_restart()
    {
        for (var run = 0; run < 2; run++)
        {
            var log = new ConcurrentQueue<long>();
            var builder = Create();
            builder.Services.AddSingleton(log);
            builder.Services.AddEventWatcher().AddEventStore(store => store
                .Configure(options => options.Path = _folder.FullName)
                .RegisterType("thing", ThingJsonContext.Default.Thing)
                .Watch<ThingHandler>("handler", static options => options.AutoCheckpoint.OnStop = true));
            using var host = builder.Build();
            await host.StartAsync();
            var store = host.Services.GetRequiredService<IEventStore>();
            Assert.Same(store, host.Services.GetRequiredKeyedService<IEventStore>("events"));
            await store.StoreEventAsync(NewEvent.Of(StoreOperation.Create, "thing", new Thing(run)));
            await store.StoreEventAsync(NewEvent.Of(StoreOperation.Create, "thing", new Thing(run)));

            await Eventually.TrueAsync(() => log.Count == 2);
            await Eventually.TrueAsync(() => host.Services.GetRequiredService<StoreWatcherManager>().Lookup("handler")!.Statistics.Handled == 2);
            await host.StopAsync();

            Assert.Equal([(run * 2) + 1L, (run * 2) + 2], log);
            await Assert.ThrowsAsync<EventStoreClosedException>(async () => await store.GetLatestSequenceNumberAsync());
        }
    }

    [Fact]
    public async Task AddEventStore_watchers_events_go_in_and_come_out_of_a_queue_with_a_checkpoint()
    {
        var source = new FakeWatcher();
        var batches = new ConcurrentQueue<Event>();
        var builder = Create();
        builder.Services.AddEventWatcher()
            .AddWatcher("source", _ => source)
            .AddEventStore(store => store
                .Configure(options => options.Path = _folder.FullName)
                .Append("source")
                .HandleReplay(
                    "replay",
                    (batch, _) =>
                    {
                        foreach (var item in batch)
                        {
                            batches.Enqueue(item);
                        }

                        return ValueTask.CompletedTask;
                    },
                    static queue => queue.Configure(static options => options.FlushInterval = TimeSpan.FromMilliseconds(5))))
            .AddQueue("events-append", static queue => queue.Configure(static options => options.FlushInterval = TimeSpan.FromMilliseconds(5)));
        using var host = builder.Build();
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IEventStore>();
        var queue = host.Services.GetRequiredKeyedService<EventQueue>("replay");
        foreach (var item in TestEvents.Numbered(1, 20))
        {
            source.Emit(item);
        }

        await Eventually.TrueAsync(() => batches.Count == 20);
        await Eventually.TrueAsync(async () => await store.GetCheckpointAsync("replay") == 20);
        Assert.Equal(Enumerable.Range(1, 20).Select(static i => (long?)i), batches.Select(static item => item.Position));
        Assert.Equal(Enumerable.Range(1, 20), batches.Select(TestEvents.NumberOf));

        // What comes just before the stop is drained into the store before that is closed.
        source.Emit(TestEvents.Numbered(21));
        await host.StopAsync();
        await using var reopened = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = _folder.FullName });
        Assert.Equal(21, await reopened.GetLatestSequenceNumberAsync());
        Assert.Equal(QueueOverflow.Wait, Options<EventQueueOptions>(host, "replay").Overflow);
        Assert.Equal(FlushFailureMode.Retry, Options<EventQueueOptions>(host, "replay").FlushFailure);
        Assert.Equal(FlushFailureMode.Retry, Options<EventQueueOptions>(host, "events-append").FlushFailure);
        Assert.True(queue.Completion.IsCompleted);
    }

    [Fact]
    public async Task AddEventStore_another_store_and_serializer_may_be_used()
    {
        var serializer = new JsonEventSerializer();
        var seen = new TaskCompletionSource<StoredEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = Create();
        builder.Services.AddEventWatcher()
            .AddEventStore(
                store => store
                    .Use(static (_, serializer) => new InMemoryEventStore(serializer))
                    .UseSerializer(_ => serializer)
                    .Watch("w", (item, _) =>
                    {
                        seen.TrySetResult(item);
                        return ValueTask.CompletedTask;
                    }),
                "memory")
            .AddEventStore(_folder.FullName, "files");
        using var host = builder.Build();
        await host.StartAsync();

        var memory = host.Services.GetRequiredKeyedService<IEventStore>("memory");
        Assert.Same(serializer, Assert.IsType<InMemoryEventStore>(memory).Serializer);
        Assert.Same(memory, host.Services.GetRequiredService<IEventStore>());
        Assert.IsType<FileEventStore>(host.Services.GetRequiredKeyedService<IEventStore>("files"));
        await memory.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "x", default));
        Assert.Equal(1, (await Eventually.CompletesAsync(seen.Task)).SequenceNumber);
        await host.StopAsync();
    }

    [Fact]
    public async Task AddEventStore_one_that_cannot_be_opened_keeps_the_host_from_starting()
    {
        await using var holder = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = _folder.FullName });
        var builder = Create();
        builder.Services.AddEventWatcher().AddEventStore(_folder.FullName);
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<EventStoreException>(() => host.StartAsync());

        Assert.Contains(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddEventStore_sections_are_bound_whole()
    {
        var builder = Create(
            ("S:Path", _folder.FullName),
            ("S:Durability", "periodic"),
            ("S:FlushInterval", "250ms"),
            ("S:SegmentBytes", "1048576"),
            ("S:MaxEventBytes", "1000"),
            ("S:MaxPendingBytes", "70000"),
            ("S:CacheBytes", "0"),
            ("S:LongPollTimeout", "5s"),
            ("S:CollectionAge", "2d"),
            ("S:CollectionInterval", "infinite"),
            ("S:MaxBytes", "9000000"),
            ("S:MaxAge", "30d"),
            ("S:IsReadOnly", "false"),
            ("W:InitialIterator", "After 7"),
            ("W:Filter:ObjectTypes:0", "a"),
            ("W:Filter:ObjectTypes:1", "b"),
            ("W:Filter:Operations", "Create"),
            ("W:BatchSize", "7"),
            ("W:BufferSize", "70"),
            ("W:InitialBackoff", "1s"),
            ("W:MaxBackoff", "1m"),
            ("W:RetryStrategy", "skip"),
            ("W:MaxAttempts", "3"),
            ("W:AutoCheckpoint:Events", "10"),
            ("W:AutoCheckpoint:Interval", "1s"),
            ("W:AutoCheckpoint:OnStop", "true"),
            ("W:Ephemeral", "false"),
            ("W:AutoStart", "false"),
            ("W:StopTimeout", "infinite"));
        builder.Services.AddEventWatcher()
            .AddEventStore(builder.Configuration.GetSection("S"))
            .AddEventStore(store => store
                .Watch("w", static (_, _) => ValueTask.CompletedTask)
                .BindWatcher("w", builder.Configuration.GetSection("W")));
        using var host = builder.Build();
        await host.StartAsync();

        var files = Options<FileEventStoreOptions>(host, "events");
        Assert.Equal(
            (EventStoreDurability.Periodic, TimeSpan.FromMilliseconds(250), 1_048_576L, 1_000, 70_000, 0, TimeSpan.FromSeconds(5)),
            (files.Durability, files.FlushInterval, files.SegmentBytes, files.MaxEventBytes, files.MaxPendingBytes, files.CacheBytes, files.LongPollTimeout));
        Assert.Equal(
            (TimeSpan.FromDays(2), Timeout.InfiniteTimeSpan, 9_000_000L, TimeSpan.FromDays(30), false),
            (files.CollectionAge, files.CollectionInterval, files.MaxBytes, files.MaxAge, files.IsReadOnly));
        var watcher = Options<StoreWatcherOptions>(host, "events/w");
        Assert.Equal(EventIterator.AfterSequenceNumber(7), watcher.InitialIterator);
        Assert.Equal(["a", "b"], watcher.Filter.ObjectTypes);
        Assert.Equal([StoreOperation.Create], watcher.Filter.Operations);
        Assert.Equal(
            (7, 70, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), RetryStrategy.Skip, 3),
            (watcher.BatchSize, watcher.BufferSize, watcher.InitialBackoff, watcher.MaxBackoff, watcher.RetryStrategy, watcher.MaxAttempts));
        Assert.Equal((10, TimeSpan.FromSeconds(1), true), (watcher.AutoCheckpoint.Events, watcher.AutoCheckpoint.Interval, watcher.AutoCheckpoint.OnStop));
        Assert.Equal((false, false, Timeout.InfiniteTimeSpan), (watcher.Ephemeral, watcher.AutoStart, watcher.StopTimeout));
        Assert.Equal(StoreWatcherState.Idle, host.Services.GetRequiredService<StoreWatcherManager>().Lookup("w")!.State);
        await host.StopAsync();
    }

    [Fact]
    public async Task AddEventStore_faults_are_all_told_with_their_keys()
    {
        var builder = Create(
            ("S:Path", ""), ("S:CacheBites", "1"), ("S:LongPollTimeout", "10"), ("W:BatchSize", "0"), ("W:InitialIterator", "somewhere"));
        builder.Services.AddEventWatcher()
            .AddEventStore(builder.Configuration.GetSection("S"))
            .AddEventStore(store => store.Watch("w", static (_, _) => ValueTask.CompletedTask).BindWatcher("w", builder.Configuration.GetSection("W")));
        using var host = builder.Build();

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        var failures = exception is AggregateException several
            ? several.InnerExceptions.OfType<OptionsValidationException>().SelectMany(static inner => inner.Failures).ToList()
            : [.. Assert.IsType<OptionsValidationException>(exception).Failures];
        Assert.Contains("S:CacheBites is not a known key; did you mean CacheBytes?", failures);
        Assert.Contains(failures, static failure => failure.StartsWith("S:LongPollTimeout is \"10\"; allowed: a duration", StringComparison.Ordinal));
        Assert.Contains(failures, static failure => failure.StartsWith("S:Path is \"\"", StringComparison.Ordinal));
        Assert.Contains(failures, static failure => failure.StartsWith("W:InitialIterator is \"somewhere\"; allowed: trim-horizon", StringComparison.Ordinal));
        Assert.Contains("W:BatchSize is 0; allowed: from 1 to 100,000.", failures);
    }

    [Fact]
    public void AddEventStore_what_makes_no_sense_is_refused_where_it_is_said()
    {
        var builder = new ServiceCollection().AddEventWatcher();

        Assert.ThrowsAny<ArgumentException>(() => builder.AddEventStore(""));
        Assert.ThrowsAny<ArgumentException>(() => builder.AddEventStore(static store => store.Append()));
        Assert.ThrowsAny<ArgumentException>(() => builder.AddEventStore(static store => store.Watch("", static (_, _) => ValueTask.CompletedTask)));
        Assert.Throws<InvalidOperationException>(() => builder.AddEventStore(static store => store
            .Watch("twice", static (_, _) => ValueTask.CompletedTask)
            .Watch("twice", static (_, _) => ValueTask.CompletedTask)));
    }

    private static HostApplicationBuilder Create(params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            EnvironmentName = Environments.Development,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Configuration.AddInMemoryCollection(configuration.Select(static value => KeyValuePair.Create(value.Key, (string?)value.Value)));
        return builder;
    }

    private static T Options<T>(IHost host, string name)
        where T : class => host.Services.GetRequiredService<IOptionsMonitor<T>>().Get(name);

    private sealed class ThingHandler(ConcurrentQueue<long> log) : IStoredEventHandler
    {
        public ValueTask HandleAsync(StoredEvent storedEvent, CancellationToken cancellationToken)
        {
            Assert.NotNull(storedEvent.GetObject<Thing>());
            log.Enqueue(storedEvent.SequenceNumber);
            return ValueTask.CompletedTask;
        }
    }
}
