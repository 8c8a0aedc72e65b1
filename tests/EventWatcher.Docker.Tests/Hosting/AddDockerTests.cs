using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Docker.Tests;

public sealed class AddDockerTests
{
    [Fact]
    public async Task AddDocker_hosted_queue_gets_the_engine_s_events()
    {
        await using var engine = new FakeEngine();
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddEventWatcher()
            .AddDocker(configure: options => options.Endpoint = engine.Endpoint)
            .AddQueue("main", queue => queue
                .Configure(options => options.FlushInterval = TimeSpan.FromMilliseconds(5))
                .Handle(batch => seen.TrySetResult(batch[0].ToString())));
        using var host = builder.Build();
        await host.StartAsync();
        await engine.WaitForStreamsAsync(1);

        engine.Emit("start", "web");

        Assert.Equal("start web", await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await host.StopAsync();
        await engine.WaitForStreamsAsync(0);
    }

    [Fact]
    public async Task AddDocker_missing_engine_does_not_keep_the_host_from_starting()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddEventWatcher()
            .AddDocker(configure: options => options.Endpoint = "unix:///nowhere/docker.sock")
            .AddQueue("main", queue => queue.Handle(_ => { }));
        using var host = builder.Build();

        await host.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task AddDocker_brings_a_provider_of_each_engine_and_the_first_is_the_application_s()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher()
            .AddDocker("one", static options => options.Endpoint = "unix:///nowhere/one.sock")
            .AddDocker("two", static options => options.Endpoint = "unix:///nowhere/two.sock")
            .AddDocker("one");
        await using var provider = services.BuildServiceProvider();

        var one = provider.GetRequiredKeyedService<IContainerProvider>("one");

        Assert.Same(one, provider.GetRequiredService<IContainerProvider>());
        Assert.NotSame(one, provider.GetRequiredKeyedService<IContainerProvider>("two"));
    }

    [Fact]
    public async Task AddDocker_leaves_a_provider_that_is_there_already()
    {
        var own = new FakeContainerProvider();
        var services = new ServiceCollection();
        services.AddSingleton<IContainerProvider>(own);
        services.AddEventWatcher().AddDocker();
        await using var provider = services.BuildServiceProvider();

        Assert.Same(own, provider.GetRequiredService<IContainerProvider>());
    }

    [Fact]
    public void AddDocker_section_is_bound_whole()
    {
        var options = Options(new()
        {
            ["D:Endpoint"] = "tcp://nas:2375",
            ["D:Name"] = "nas",
            ["D:Timeout"] = "5s",
            ["D:ActionTimeout"] = "2m",
            ["D:RetryDelay"] = "250ms",
            ["D:MaxRetryDelay"] = "00:00:10",
            ["D:AuditInterval"] = "infinite",
            ["D:Resume"] = "Never",
            ["D:Snapshot"] = "true",
            ["D:Capacity"] = "77",
            ["D:Filters:event:0"] = "start",
            ["D:Filters:event:1"] = "die",
            ["D:Filters:label"] = "app=web",
        });

        Assert.Equal("tcp://nas:2375", options.Endpoint);
        Assert.Equal("nas", options.Name);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Timeout);
        Assert.Equal(TimeSpan.FromMinutes(2), options.ActionTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.RetryDelay);
        Assert.Equal(TimeSpan.FromSeconds(10), options.MaxRetryDelay);
        Assert.Equal(Timeout.InfiniteTimeSpan, options.AuditInterval);
        Assert.Equal(DockerResume.Never, options.Resume);
        Assert.True(options.Snapshot);
        Assert.Equal(77, options.Capacity);
        Assert.Equal("event=start event=die label=app=web", options.Filters.ToString());
    }

    [Fact]
    public void AddDocker_wrong_section_is_refused_with_every_key()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Options(new()
        {
            ["D:Endpont"] = "unix:///x",
            ["D:RetryDelay"] = "3",
            ["D:Capacity"] = "0",
            ["D:Timeout"] = "0s",
        }));

        Assert.Contains(refused.Failures, failure => failure.Contains("D:Endpont", StringComparison.Ordinal) && failure.Contains("Endpoint", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("D:RetryDelay", StringComparison.Ordinal) && failure.Contains("\"3\"", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("D:Capacity", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("D:Timeout", StringComparison.Ordinal));
    }

    [Fact]
    public void AddDocker_same_name_twice_configures_one_watcher_another_name_adds_one()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher()
            .AddDocker(configure: options => options.Endpoint = "unix:///one.sock")
            .AddDocker(configure: options => options.Capacity = 5)
            .AddDocker("other", options => options.Endpoint = "unix:///other.sock");
        using var provider = services.BuildServiceProvider();

        Assert.Equal("unix:///one.sock", ((DockerWatcher)provider.GetRequiredKeyedService<IWatcher>("docker")).Name);
        Assert.Equal("unix:///other.sock", ((DockerWatcher)provider.GetRequiredKeyedService<IWatcher>("other")).Name);
        Assert.Equal(2, services.Count(service => service.IsKeyedService && service.ServiceType == typeof(IWatcher)));
        Assert.Equal(5, provider.GetRequiredService<IOptionsMonitor<DockerWatcherOptions>>().Get("docker").Capacity);
    }

    [Fact]
    public void Schema_knows_every_property_of_the_options()
    {
        var properties = typeof(DockerWatcherOptions).GetProperties().Select(property => property.Name);

        Assert.Equal(properties.Order(StringComparer.Ordinal), DockerWatcherSection.Schema.Keys.Order(StringComparer.Ordinal));
    }

    private static DockerWatcherOptions Options(Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection();
        services.AddEventWatcher().AddDocker(configuration.GetSection("D"));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<DockerWatcherOptions>>().Get("docker");
    }
}
