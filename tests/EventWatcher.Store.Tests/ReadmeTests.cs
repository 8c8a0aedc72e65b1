using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.Store.Tests;

/// <summary>The README's examples, compiled and run; each stands there as it stands here.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventwatcher-readme-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Store_and_watch()
    {
        var directory = _folder.FullName;
        var mailed = new List<string>();
        #region README
        var serializer = new JsonEventSerializer().RegisterType("Order", ShopJsonContext.Default.Order);
        await using var store = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = directory }, serializer);
        await using var watchers = new StoreWatcherManager(store);

        await watchers.CreateAsync("mailer", async (item, cancellationToken) =>
        {
            await MailAsync(item.GetObject<Order>(), cancellationToken);
        }, new StoreWatcherOptions { AutoCheckpoint = { Events = 1 } });

        var order = new Order("A-17", 42);
        long number = await store.StoreEventAsync(NewEvent.Of(StoreOperation.Create, "Order", order)); // on the disk now
        #endregion
        await Eventually.TrueAsync(() => mailed.Count == 1);
        Assert.Equal(("A-17", 1L), (mailed[0], number));

        ValueTask MailAsync(Order item, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            mailed.Add(item.Id);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task Read()
    {
        await using var store = new InMemoryEventStore();
        for (var i = 0; i < 3; i++)
        {
            await store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "Order", default));
        }

        var count = 0;
        using var stop = new CancellationTokenSource();
        var stopping = stop.Token;
        var reading = ReadAsync();
        await Eventually.TrueAsync(() => count == 3);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(reading));

        async Task ReadAsync()
        {
            #region README
            var iterator = EventIterator.TrimHorizon;
            while (true)
            {
                var response = await store.GetEventsAsync(
                    new GetEventsRequest { Iterator = iterator, Filter = new EventFilter { ObjectTypes = ["Order"] } }, stopping);
                foreach (var item in response.Events)
                {
                    Console.WriteLine(item); // "7 Create Order"
                    count++;
                }

                iterator = response.NextIterator;
            }
            #endregion
        }
    }

    [Fact]
    public async Task ReadAll()
    {
        await using var store = new InMemoryEventStore();
        await store.AppendAsync(3);
        long done = 1;
        using var stop = new CancellationTokenSource();
        var stopping = stop.Token;
        var reading = ReadAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref done) == 3);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(reading));

        async Task ReadAsync()
        {
            #region README
            await foreach (var item in store.ReadAllAsync(EventIterator.AfterSequenceNumber(done), cancellationToken: stopping))
            {
                Console.WriteLine(item);
                done = item.SequenceNumber;
            }
            #endregion
        }
    }

    [Fact]
    public async Task Hosted()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["EventStore:Path"] = _folder.FullName;
        var source = new FakeWatcher();
        builder.Services.AddEventWatcher().AddWatcher("docker", _ => source);
        #region README
        builder.Services.AddEventWatcher()
            .AddEventStore(store => store
                .Bind(builder.Configuration.GetSection("EventStore"))
                .RegisterType("Order", ShopJsonContext.Default.Order)
                .Watch<OrderMailer>("mailer", options => options.AutoCheckpoint.OnStop = true)
                .Append("docker")                                    // a watcher's events into the store
                .HandleReplay("routes", RouteAsync));                // and from there to a handler, at least once
        #endregion
        using var host = builder.Build();
        await host.StartAsync();
        source.Emit(TestEvents.Container(EventAction.ContainerStart, "web"));
        await Eventually.TrueAsync(() => Routed == "start web");
        await host.StopAsync();
    }

    [Fact]
    public void README_has_the_examples_that_are_compiled_here()
    {
        var code = File("tests/EventWatcher.Store.Tests/ReadmeTests.cs");
        var examples = code.Split("#region README\n").Skip(1).Select(rest => Unindent(rest[..rest.IndexOf("#endregion", StringComparison.Ordinal)])).Take(4).ToArray();
        Assert.Equal(4, examples.Length);
        Assert.All(examples, static example => Assert.Contains(example, File("src/EventWatcher.Store/README.md"), StringComparison.Ordinal));
    }

    private static string? Routed { get; set; }

    private static ValueTask RouteAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
    {
        Routed = batch[^1].ToString();
        return ValueTask.CompletedTask;
    }

    private static string Unindent(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line));
    }

    private static string File(string path, [CallerFilePath] string here = "") =>
        System.IO.File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../..", path)).ReplaceLineEndings("\n");
}

public sealed record Order(string Id, int Amount);

[JsonSerializable(typeof(Order))]
public sealed partial class ShopJsonContext : JsonSerializerContext;

public sealed class OrderMailer : IStoredEventHandler
{
    public ValueTask HandleAsync(StoredEvent storedEvent, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
