using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Proxmox.Tests;

public sealed class AddProxmoxTests
{
    private const string Token = "ops@pam!watch=some-secret";

    [Fact]
    public async Task AddProxmox_hosted_queue_gets_the_cluster_s_events()
    {
        await using var server = FakeClusterConformance.NewServer();
        server.AddGuest("lxc", 101, "web");
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddEventWatcher()
            .AddProxmox(configure: options =>
            {
                (options.Endpoint, options.Token, options.Fingerprint) = (server.Endpoint.ToString(), server.Token, server.Fingerprint);
                options.TasksInterval = TimeSpan.FromMilliseconds(100);
            })
            .AddQueue("main", queue => queue
                .Configure(options => options.FlushInterval = TimeSpan.FromMilliseconds(5))
                .Handle(batch => seen.TrySetResult(batch[0].ToString())));
        using var host = builder.Build();
        await host.StartAsync();
        await Eventually.TrueAsync(() => server.Requests.Count(static request => request.Path == "/cluster/tasks") >= 2);

        server.Act(101, "start");

        Assert.Equal("start web", await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await host.StopAsync();
    }

    [Fact]
    public async Task AddProxmox_missing_cluster_does_not_keep_the_host_from_starting()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddEventWatcher()
            .AddProxmox(configure: options => (options.Endpoint, options.Token) = ("https://localhost:1", Token))
            .AddQueue("main", queue => queue.Handle(_ => { }));
        using var host = builder.Build();

        await host.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void AddProxmox_section_is_bound_whole()
    {
        var options = Options(new()
        {
            ["P:Endpoint"] = "https://pve1:8006",
            ["P:Name"] = "home",
            ["P:Cluster"] = "lab",
            ["P:TokenFile"] = "/run/token",
            ["P:Fingerprint"] = new string('A', 64),
            ["P:Timeout"] = "5s",
            ["P:ActionTimeout"] = "3m",
            ["P:AllowContainerCheckpoints"] = "true",
            ["P:TasksInterval"] = "500ms",
            ["P:ResourcesInterval"] = "2s",
            ["P:MaxConfirmations"] = "8",
            ["P:Capacity"] = "77",
        });

        Assert.Equal("https://pve1:8006", options.Endpoint);
        Assert.Equal("home", options.Name);
        Assert.Equal("lab", options.Cluster);
        Assert.Equal("/run/token", options.TokenFile);
        Assert.Equal(new string('A', 64), options.Fingerprint);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Timeout);
        Assert.Equal(TimeSpan.FromMinutes(3), options.ActionTimeout);
        Assert.True(options.AllowContainerCheckpoints);
        Assert.Equal(TimeSpan.FromMilliseconds(500), options.TasksInterval);
        Assert.Equal(TimeSpan.FromSeconds(2), options.ResourcesInterval);
        Assert.Equal(8, options.MaxConfirmations);
        Assert.Equal(77, options.Capacity);
    }

    [Fact]
    public void AddProxmox_wrong_section_is_refused_with_every_key_and_no_secret()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Options(new()
        {
            ["P:Endpont"] = "pve1",
            ["P:TasksInterval"] = "3",
            ["P:Token"] = "some-secret",
            ["P:Capacity"] = "0",
        }));

        foreach (var key in new[] { "P:Endpont", "P:TasksInterval", "P:Token", "P:Capacity" })
        {
            Assert.Contains(refused.Failures, failure => failure.Contains(key, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("some-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddProxmox_same_name_twice_configures_one_watcher_another_name_adds_one()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher()
            .AddProxmox(configure: options => (options.Endpoint, options.Token) = ("one", Token))
            .AddProxmox(configure: options => options.Capacity = 5)
            .AddProxmox("other", options => (options.Endpoint, options.Token) = ("two", Token));
        using var provider = services.BuildServiceProvider();

        Assert.Equal("one", ((ProxmoxWatcher)provider.GetRequiredKeyedService<IWatcher>("proxmox")).Name);
        Assert.Equal("two", ((ProxmoxWatcher)provider.GetRequiredKeyedService<IWatcher>("other")).Name);
        Assert.Equal(2, services.Count(service => service.IsKeyedService && service.ServiceType == typeof(IWatcher)));
        Assert.Equal(5, provider.GetRequiredService<IOptionsMonitor<ProxmoxWatcherOptions>>().Get("proxmox").Capacity);
    }

    [Fact]
    public void Schema_knows_every_property_of_the_options()
    {
        var properties = typeof(ProxmoxWatcherOptions).GetProperties().Select(property => property.Name);

        Assert.Equal(properties.Order(StringComparer.Ordinal), ProxmoxWatcherSection.Schema.Keys.Order(StringComparer.Ordinal));
    }

    private static ProxmoxWatcherOptions Options(Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection();
        services.AddEventWatcher().AddProxmox(configuration.GetSection("P"));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<ProxmoxWatcherOptions>>().Get("proxmox");
    }
}
