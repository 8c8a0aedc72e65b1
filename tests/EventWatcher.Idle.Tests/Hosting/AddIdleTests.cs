using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.Tests;

public sealed class AddIdleTests
{
    private static HostApplicationBuilder Application(FakeContainerProvider runtime, params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(configuration.Select(static pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value)));
        builder.Services.AddSingleton<IContainerProvider>(runtime);
        return builder;
    }

    [Fact]
    public async Task AddIdle_starts_and_ends_the_manager_with_the_application()
    {
        var runtime = new FakeContainerProvider();
        runtime.Add("app");
        var builder = Application(runtime);
        builder.Services.AddEventWatcher().AddIdle(static options => options.Containers["app"] = new IdleContainerOptions()).AddIdle();
        using var host = builder.Build();
        await host.StartAsync();
        var manager = host.Services.GetRequiredService<IdleManager>();

        using (await Eventually.CompletesAsync(manager.GetOrAdd("app").AcquireAsync().AsTask()))
        {
            Assert.Equal(ContainerStatus.Running, runtime.StatusOf("app"));
        }

        await host.StopAsync();
        Assert.Throws<ObjectDisposedException>(manager.Start);
    }

    [Fact]
    public async Task AddIdle_binds_a_section_and_containers_begin_with_the_defaults()
    {
        var builder = Application(
            new FakeContainerProvider(),
            ("Idle:Defaults:WakeTimeout", "1m"),
            ("Idle:ReadLabels", "false"),
            ("Idle:MaxWaiting", "77"),
            ("Idle:Containers:app:IdleTimeout", "10m"),
            ("Idle:Containers:app:StopMethod", "pause"),
            ("Idle:Containers:app:DependsOn:0", "db:healthy"),
            ("Idle:Containers:app:WakeOn:DormantStatusCode", "418"));
        builder.Services.AddEventWatcher().AddIdle(builder.Configuration.GetSection("Idle"));
        using var host = builder.Build();
        await host.StartAsync();

        var options = host.Services.GetRequiredService<IOptions<IdleOptions>>().Value;

        Assert.Equal((false, 77), (options.ReadLabels, options.MaxWaiting));
        var app = options.Containers["app"];
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1), StopMethod.Pause, 418), (app.IdleTimeout, app.WakeTimeout, app.StopMethod, app.WakeOn.DormantStatusCode));
        Assert.Equal(["db:healthy"], app.DependsOn);
        await host.StopAsync();
    }

    [Fact]
    public async Task AddIdle_refuses_bad_keys_and_values_with_the_key()
    {
        var builder = Application(
            new FakeContainerProvider(),
            ("Idle:Containers:app:IdleTimeout", "10"),
            ("Idle:Containers:app:IdelTimeout", "10m"),
            ("Idle:Containers:db:Port", "0"));
        builder.Services.AddEventWatcher().AddIdle(builder.Configuration.GetSection("Idle"));
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(exception.Failures, static failure => failure.StartsWith("Idle:Containers:app:IdleTimeout is \"10\"", StringComparison.Ordinal));
        Assert.Contains(exception.Failures, static failure => failure.StartsWith("Idle:Containers:app:IdelTimeout", StringComparison.Ordinal));
        Assert.Contains(exception.Failures, static failure => failure.StartsWith("Idle:Containers:db:Port is 0", StringComparison.Ordinal));
    }

    [Fact]
    public void AddIdle_without_a_provider_says_what_to_do()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher().AddIdle();
        using var provider = services.BuildServiceProvider();

        Assert.Contains("AddIdleProvider", Assert.Throws<InvalidOperationException>(provider.GetRequiredService<IdleManager>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddIdleProvider_adds_providers_by_name()
    {
        var first = new FakeContainerProvider();
        var second = new FakeContainerProvider();
        second.Add("guest");
        var services = new ServiceCollection();
        services.AddEventWatcher()
            .AddIdleProvider("first", _ => first)
            .AddIdleProvider("second", _ => second)
            .AddIdle(static options => options.Containers["guest"] = new IdleContainerOptions { Provider = "second" });
        await using var provider = services.BuildServiceProvider();
        var manager = provider.GetRequiredService<IdleManager>();
        manager.Start();

        using var lease = await Eventually.CompletesAsync(manager.GetOrAdd("guest").AcquireAsync().AsTask());

        Assert.Equal(ContainerStatus.Running, second.StatusOf("guest"));
    }

    [Fact]
    public async Task AddIdleProvider_by_name_alone_takes_the_one_that_is_registered_by_it()
    {
        var registered = new FakeContainerProvider();
        registered.Add("app");
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IContainerProvider>("engine", registered);
        services.AddEventWatcher()
            .AddIdleProvider("engine")
            .AddIdleProvider("engine")
            .AddIdle(static options => options.Containers["app"] = new IdleContainerOptions());
        await using var provider = services.BuildServiceProvider();
        var manager = provider.GetRequiredService<IdleManager>();
        manager.Start();

        using var lease = await Eventually.CompletesAsync(manager.GetOrAdd("app").AcquireAsync().AsTask());

        Assert.Equal(ContainerStatus.Running, registered.StatusOf("app"));
    }

    [Fact]
    public void AddIdleProvider_by_a_name_that_nobody_has_says_what_to_do()
    {
        var services = new ServiceCollection();
        services.AddEventWatcher().AddIdle().AddIdleProvider("engine");
        using var provider = services.BuildServiceProvider();

        Assert.Equal(
            "There is no container provider \"engine\": add a watcher of that name that brings one, or call AddIdleProvider(\"engine\", create).",
            Assert.Throws<InvalidOperationException>(provider.GetRequiredService<IdleManager>).Message);
    }

    /// <summary>What the application let us make, nobody else can end: its connections were left open.</summary>
    [Fact]
    public async Task Provider_that_was_made_for_the_manager_was_never_disposed()
    {
        var owned = new OwnedProvider();
        var services = new ServiceCollection();
        services.AddEventWatcher().AddIdleProvider("docker", _ => owned).AddIdle();
        await using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<IdleManager>().Start();
            Assert.False(owned.IsDisposed);
        }

        Assert.True(owned.IsDisposed);
    }

    private sealed class OwnedProvider : IContainerProvider, IAsyncDisposable
    {
        private readonly FakeContainerProvider _inner = new();

        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }

        public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) => _inner.ListAsync(cancellationToken);

        public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) => _inner.GetStatusAsync(id, cancellationToken);

        public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default) => _inner.StartAsync(id, cancellationToken);

        public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) => _inner.StopAsync(id, signal, timeout, cancellationToken);

        public Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default) => _inner.KillAsync(id, signal, cancellationToken);

        public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default) => _inner.PauseAsync(id, cancellationToken);

        public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default) => _inner.UnpauseAsync(id, cancellationToken);

        public Task<System.Net.EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default) => _inner.GetEndpointAsync(id, port, cancellationToken);

        public IWatcher CreateWatcher() => _inner.CreateWatcher();
    }
}
