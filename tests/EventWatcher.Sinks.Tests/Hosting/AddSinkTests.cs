using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks.Tests;

public sealed class AddSinkTests
{
    private readonly FakeWatcher _watcher = new();
    private readonly RecordingSink<Event> _sink = new();

    [Fact]
    public async Task AddSink_host_starts_events_arrive_and_on_stop_what_waits_is_delivered_before_the_sink_is_disposed()
    {
        using var host = CreateHost(builder => builder.AddWatcher("fake", _ => _watcher).AddSink("audit", _ => _sink));
        await host.StartAsync();
        _watcher.Emit(TestEvents.Numbered(1));
        await _sink.WaitForItemsAsync(1);
        _sink.Block();
        _watcher.Emit(TestEvents.Numbered(2));
        _watcher.Emit(TestEvents.Numbered(3));
        await _sink.WaitForAttemptsAsync(2);
        var queue = host.Services.GetRequiredKeyedService<EventQueue>("audit");
        await Eventually.TrueAsync(() => queue.Statistics.Received == 3);

        var stopping = host.StopAsync();
        Assert.Equal(0, _sink.Disposals);
        _sink.Release();
        await Eventually.CompletesAsync(stopping);
        await Eventually.CompletesAsync(((IAsyncDisposable)host).DisposeAsync().AsTask());

        Assert.Equal([1, 2, 3], _sink.Items.Select(TestEvents.NumberOf));
        Assert.Equal(1, _sink.Disposals);
    }

    [Fact]
    public async Task AddSink_same_name_twice_configures_one_sink_and_another_name_adds_one()
    {
        var other = new RecordingSink<Event>();
        using var host = CreateHost(builder => builder
            .AddWatcher("fake", _ => _watcher)
            .AddSink("audit", _ => _sink)
            .AddSink("audit", _ => throw new InvalidOperationException("the first factory stays"), queue => queue.From("fake"))
            .AddSink("other", _ => other));
        await host.StartAsync();

        _watcher.Emit(TestEvents.Numbered(1));

        await _sink.WaitForItemsAsync(1);
        await other.WaitForItemsAsync(1);
        Assert.Same(_sink, host.Services.GetRequiredKeyedService<ISink<Event>>("audit"));
        await host.StopAsync();
    }

    [Fact]
    public async Task AddSink_of_a_type_the_container_makes_it_and_a_queue_may_flush_into_it_too()
    {
        using var host = CreateHost(builder =>
        {
            builder.Services.AddSingleton(_sink);
            builder
                .AddWatcher("fake", _ => _watcher)
                .AddSink<ServiceSink>("typed")
                .AddQueue("second", queue => queue
                    .From("fake")
                    .Configure(options => options.MaxBatchSize = 1)
                    .FlushTo(services => services.GetRequiredService<RecordingSink<Event>>()));
        });
        await host.StartAsync();

        _watcher.Emit(TestEvents.Numbered(1));

        await _sink.WaitForItemsAsync(2);
        await host.StopAsync();
    }

    [Fact]
    public async Task AddSink_sink_closed_its_queue_ends_and_the_application_goes_on()
    {
        using var host = CreateHost(builder => builder.AddWatcher("fake", _ => _watcher).AddSink("audit", _ => _sink));
        await host.StartAsync();
        await _sink.DisposeAsync();

        _watcher.Emit(TestEvents.Numbered(1));

        await Eventually.CompletesAsync(host.Services.GetRequiredKeyedService<EventQueue>("audit").Completion);
        await host.StopAsync();
    }

    [Fact]
    public void AddSink_bad_arguments_are_refused()
    {
        var builder = new ServiceCollection().AddEventWatcher();
        Assert.Throws<ArgumentException>(() => builder.AddSink(" ", _ => _sink));
        Assert.Throws<ArgumentNullException>(() => builder.AddSink("audit", factory: null!));
    }

    private static IHost CreateHost(Action<IEventWatcherBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            EnvironmentName = Environments.Development,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.ClearProviders();
        configure(builder.Services.AddEventWatcher());
        return builder.Build();
    }

    private sealed class ServiceSink(RecordingSink<Event> inner) : ISink<Event>
    {
        public ValueTask WriteAsync(Event item, CancellationToken cancellationToken = default) => inner.WriteAsync(item, cancellationToken);

        public ValueTask DisposeAsync() => default;
    }
}
