using System.Reflection;
using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class ConfigurationTests
{
    [Fact]
    public void Bind_every_key_is_set()
    {
        var options = Bound(
            ("Queues:main:FlushInterval", "1m30s"),
            ("Queues:main:MaxBatchSize", "7"),
            ("Queues:main:Capacity", "77"),
            ("Queues:main:Overflow", "dropNewest"),
            ("Queues:main:QuietPeriod", "250ms"),
            ("Queues:main:DrainOnStop", "False"),
            ("Queues:main:FlushFailure", "Retry"),
            ("Queues:main:RetryDelay", "00:00:02"),
            ("Queues:main:MaxRetryDelay", "1h"),
            ("Queues:main:CompleteWhenSourcesEnd", "false"),
            ("Queues:main:StopTimeout", "infinite"));

        Assert.Equal("main", options.Name);
        Assert.Equal(TimeSpan.FromSeconds(90), options.FlushInterval);
        Assert.Equal(7, options.MaxBatchSize);
        Assert.Equal(77, options.Capacity);
        Assert.Equal(QueueOverflow.DropNewest, options.Overflow);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.QuietPeriod);
        Assert.False(options.DrainOnStop);
        Assert.Equal(FlushFailureMode.Retry, options.FlushFailure);
        Assert.Equal(TimeSpan.FromSeconds(2), options.RetryDelay);
        Assert.Equal(TimeSpan.FromHours(1), options.MaxRetryDelay);
        Assert.False(options.CompleteWhenSourcesEnd);
        Assert.Equal(Timeout.InfiniteTimeSpan, options.StopTimeout);
    }

    [Fact]
    public void Bind_absent_section_leaves_the_defaults_of_hosting()
    {
        var options = Bound();

        Assert.True(options.DrainOnStop);
        Assert.Equal("main", options.Name);
        Assert.Equal(new EventQueueOptions().FlushInterval, options.FlushInterval);
    }

    [Fact]
    public void Schema_knows_every_property_that_is_not_code_or_identity()
    {
        var properties = typeof(EventQueueOptions)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(static property => property.Name)
            .Except([nameof(EventQueueOptions.Name), nameof(EventQueueOptions.Coalesce)], StringComparer.Ordinal)
            .Append(QueueSection.From);

        Assert.Equal(properties.Order(StringComparer.Ordinal), QueueSection.Schema.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_wrong_section_is_refused_with_every_fault_by_its_full_key()
    {
        var application = TestApplication.Create(
            ("Watching:Queues:main:FlushInterval", "5"),
            ("Watching:Queues:main:FlushIntervall", "5s"),
            ("Watching:Queues:main:Name", "other"),
            ("Watching:Queues:main:MaxBatchSize", "0"),
            ("Watching:Queues:main:Capacity", "lots"),
            ("Watching:Queues:main:RetryDelay", "0s"));
        application.Services.AddEventWatcher().AddQueue("main", queue => queue
            .Bind(application.Configuration.GetSection("Watching:Queues:main"))
            .Bind(application.Configuration.GetSection("Watching:Queues:main"))
            .Configure(static options => options.MaxRetryDelay = TimeSpan.FromDays(2)));
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            [
                "EventQueueOptions.MaxRetryDelay is 2.00:00:00; allowed: from RetryDelay (00:00:00) to 1.00:00:00.",
                "Queue \"main\" has no handler; call Handle(...) in AddQueue(\"main\", ...).",
                "Watching:Queues:main:Capacity is \"lots\"; allowed: a whole number.",
                "Watching:Queues:main:FlushInterval is \"5\"; allowed: a duration such as 250ms, 5s, 1h30m, 2d or 00:00:05.",
                "Watching:Queues:main:FlushIntervall is not a known key; did you mean FlushInterval?",
                "Watching:Queues:main:MaxBatchSize is 0; allowed: 1 or more.",
                "Watching:Queues:main:Name is not a known key; known: From, FlushInterval, MaxBatchSize, Capacity, Overflow, QuietPeriod, DrainOnStop, FlushFailure, RetryDelay, MaxRetryDelay, CompleteWhenSourcesEnd, StopTimeout.",
                "Watching:Queues:main:RetryDelay is 00:00:00; allowed: longer than zero.",
            ],
            exception.Failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bind_the_last_has_the_say()
    {
        var configuration = Configuration(("A:MaxBatchSize", "1"), ("A:Capacity", "10"), ("B:MaxBatchSize", "2"));
        var services = new ServiceCollection();
        services.AddEventWatcher().AddQueue("q", queue => queue
            .Configure(static options => options.Capacity = 5)
            .Bind(configuration.GetSection("A"))
            .Bind(configuration.GetSection("B"))
            .Configure(static options => options.Name = "other")
            .Handle(static _ => { }));
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptionsMonitor<EventQueueOptions>>().Get("q");

        Assert.Equal((2, 10, "q"), (options.MaxBatchSize, options.Capacity, options.Name));
    }

    [Fact]
    public async Task Bind_later_change_of_the_configuration_has_no_effect()
    {
        var application = TestApplication.Create(("Q:MaxBatchSize", "2"));
        application.UseFakeTime();
        var handler = new RecordingHandler();
        application.Services.AddEventWatcher().AddQueue("q", queue => queue.Bind(application.Configuration.GetSection("Q")).Handle(handler));
        using var host = application.Build();
        await host.StartAsync();
        var monitor = host.Services.GetRequiredService<IOptionsMonitor<EventQueueOptions>>();

        application.Configuration["Q:MaxBatchSize"] = "1";
        ((IConfigurationRoot)application.Configuration).Reload();

        Assert.Equal(2, monitor.Get("q").MaxBatchSize);
        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        host.Queue("q").TryEnqueue(TestEvents.Numbered(2));
        await handler.WaitForEventsAsync(2);
        Assert.Single(handler.Batches);
        await host.StopAsync();
    }

    [Fact]
    public void Options_of_other_names_are_the_applications_own()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher().AddQueue("q", static queue => queue.Handle(static _ => { }));
        using var provider = services.BuildServiceProvider();

        Assert.False(provider.GetRequiredService<IOptions<EventQueueOptions>>().Value.DrainOnStop);
    }

    private static EventQueueOptions Bound(params (string Key, string? Value)[] values)
    {
        var services = new ServiceCollection();
        services.AddEventWatcher().AddQueue("main", queue => queue.Bind(Configuration(values).GetSection("Queues:main")).Handle(static _ => { }));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<EventQueueOptions>>().Get("main");
    }

    private static IConfigurationRoot Configuration(params (string Key, string? Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(static value => KeyValuePair.Create(value.Key, value.Value)))
        .Build();
}
