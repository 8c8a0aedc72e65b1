using System.Net;
using Xunit;

namespace EventWatcher.TestKit;

/// <summary>Shows that a container provider does what <see cref="IContainerProvider"/> says. Inherit it, and run it as any test class.</summary>
/// <remarks>
/// Every test makes its own containers and removes them at its end; only those are touched. What a runtime can't do is
/// said by <see cref="SupportsPause"/>, <see cref="SupportsSignals"/> and <see cref="ReachablePort"/>: then the tests
/// ask for the exception that says so.
/// </remarks>
public abstract partial class ContainerProviderConformanceTests : IAsyncLifetime
{
    private static readonly ContainerId Unknown = new("eventwatcher-no-such-container");
    private readonly List<ContainerId> _made = [];
    private IContainerProvider? _provider;

    /// <summary>Gets how long a test waits for what must come.</summary>
    /// <value>The default is <see cref="Eventually.DefaultDeadline"/>.</value>
    protected virtual TimeSpan Deadline => Eventually.DefaultDeadline;

    /// <summary>Gets whether containers can be paused.</summary>
    /// <value>The default is true.</value>
    protected virtual bool SupportsPause => true;

    /// <summary>Gets whether containers can be sent signals.</summary>
    /// <value>The default is true.</value>
    protected virtual bool SupportsSignals => true;

    /// <summary>Gets a port of a running test container that can be reached; null where containers have no address of their own.</summary>
    /// <value>The default is null.</value>
    protected virtual int? ReachablePort => null;

    /// <summary>Gets a name for a container that doesn't exist, of the form that the provider takes.</summary>
    /// <value>The default is a word.</value>
    protected virtual ContainerId UnknownContainer => Unknown;

    /// <summary>Gets the provider of this test.</summary>
    protected IContainerProvider Provider => _provider ??= CreateProvider();

    /// <summary>Makes a provider whose runtime can be reached. Called once in each test.</summary>
    /// <returns>The provider.</returns>
    protected abstract IContainerProvider CreateProvider();

    /// <summary>Makes a provider whose runtime can't be reached.</summary>
    /// <returns>The provider.</returns>
    protected abstract IContainerProvider CreateUnreachableProvider();

    /// <summary>
    /// Makes a container that is stopped, runs until it is told to stop once it was started, and stops promptly when told.
    /// </summary>
    /// <returns>Its full id, as lists and events give it.</returns>
    protected abstract Task<ContainerId> CreateContainerAsync();

    /// <summary>Removes a container, also one that runs, is paused, or is gone.</summary>
    /// <param name="id">Which.</param>
    /// <returns>Completes when it is gone.</returns>
    protected abstract Task RemoveContainerAsync(ContainerId id);

    /// <summary>Prepares a test; an override calls it.</summary>
    /// <returns>The preparation.</returns>
    public virtual Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Removes the containers of a test; an override calls it.</summary>
    /// <returns>The removal.</returns>
    public virtual async Task DisposeAsync()
    {
        foreach (var id in _made)
        {
            await RemoveContainerAsync(id).ConfigureAwait(false);
        }
    }

    /// <summary>The list has the container, with id, name and state.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ListAsync_has_containers_that_run_and_that_do_not()
    {
        var stopped = await MakeAsync().ConfigureAwait(false);
        var running = await MakeRunningAsync().ConfigureAwait(false);

        var list = await Provider.ListAsync().ConfigureAwait(false);

        Assert.Equal(ContainerStatus.Stopped, Assert.Single(list, item => item.Id == stopped).Status);
        var info = Assert.Single(list, item => item.Id == running);
        Assert.Equal(ContainerStatus.Running, info.Status);
        Assert.NotEmpty(info.Name);
        Assert.False(info.Name.StartsWith('/'), $"The name is {info.Name}.");
        Assert.NotNull(info.Image);
        Assert.NotNull(info.Labels);
    }

    /// <summary>The state follows the container, and is Missing where there is none.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetStatusAsync_follows_the_container()
    {
        var id = await MakeAsync().ConfigureAwait(false);
        Assert.Equal(ContainerStatus.Stopped, await Provider.GetStatusAsync(id).ConfigureAwait(false));

        await Provider.StartAsync(id).ConfigureAwait(false);
        Assert.Equal(ContainerStatus.Running, await Provider.GetStatusAsync(id).ConfigureAwait(false));

        await Provider.StopAsync(id).ConfigureAwait(false);
        Assert.Equal(ContainerStatus.Stopped, await Provider.GetStatusAsync(id).ConfigureAwait(false));

        await RemoveContainerAsync(id).ConfigureAwait(false);
        Assert.Equal(ContainerStatus.Missing, await Provider.GetStatusAsync(id).ConfigureAwait(false));
        Assert.Equal(ContainerStatus.Missing, await Provider.GetStatusAsync(UnknownContainer).ConfigureAwait(false));
    }

    /// <summary>A running container's port has an address; where containers have none of their own, that is a conflict.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEndpointAsync_of_a_running_container_is_its_address_or_a_conflict()
    {
        var id = await MakeRunningAsync().ConfigureAwait(false);

        if (ReachablePort is { } port)
        {
            var address = await Provider.GetEndpointAsync(id, port).ConfigureAwait(false);
            Assert.True(address is IPEndPoint { Port: > 0 } or DnsEndPoint { Port: > 0 }, $"The address is {address}.");
        }
        else
        {
            await ThrowsFor<ContainerConflictException>(id, () => Provider.GetEndpointAsync(id, 80)).ConfigureAwait(false);
        }
    }

    /// <summary>A stopped container has no address, a missing one is not found, and ports go from 1 to 65535.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEndpointAsync_without_a_running_container_or_a_port_is_refused()
    {
        var id = await MakeAsync().ConfigureAwait(false);
        var port = ReachablePort ?? 80;

        await ThrowsFor<ContainerConflictException>(id, () => Provider.GetEndpointAsync(id, port)).ConfigureAwait(false);
        await ThrowsFor<ContainerNotFoundException>(UnknownContainer, () => Provider.GetEndpointAsync(UnknownContainer, port)).ConfigureAwait(false);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Provider.GetEndpointAsync(id, 0)).ConfigureAwait(false);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Provider.GetEndpointAsync(id, 65_536)).ConfigureAwait(false);
    }

    /// <summary>The provider's watcher sees its containers start and die.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task CreateWatcher_sees_a_container_start_and_end()
    {
        var id = await MakeAsync().ConfigureAwait(false);
        var stream = Provider.CreateWatcher().Watch();
        await using var _ = stream.ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Ready, Deadline).ConfigureAwait(false);

        await Provider.StartAsync(id).ConfigureAwait(false);
        await stream.ReadUntilAsync(item => Is(item, EventAction.ContainerStart), "The start", Deadline).ConfigureAwait(false);
        await Provider.StopAsync(id).ConfigureAwait(false);
        await stream.ReadUntilAsync(item => Is(item, EventAction.ContainerDie), "The die", Deadline).ConfigureAwait(false);

        bool Is(Event item, EventAction action) =>
            (item.Action & action) == action && string.Equals(item.ActorId, id.Value, StringComparison.Ordinal);
    }

    /// <summary>Every method says by its exception that the runtime can't be reached.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Runtime_unreachable_every_method_says_so()
    {
        var provider = CreateUnreachableProvider();

        foreach (var (name, call) in EveryCall(UnknownContainer, CancellationToken.None))
        {
            var exception = await Record.ExceptionAsync(() => Eventually.CompletesAsync(call(provider), Deadline)).ConfigureAwait(false);
            Assert.True(exception is ContainerProviderUnreachableException, $"{name} gave {exception?.GetType().Name ?? "no exception"}.");
        }
    }

    /// <summary>The caller's cancellation comes back as such from every method.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Token_cancelled_every_method_says_so()
    {
        var id = await MakeAsync().ConfigureAwait(false);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync().ConfigureAwait(false);

        foreach (var (name, call) in EveryCall(id, cancellation.Token))
        {
            var exception = await Record.ExceptionAsync(() => Eventually.CompletesAsync(call(Provider), Deadline)).ConfigureAwait(false);
            Assert.True(exception is OperationCanceledException, $"{name} gave {exception?.GetType().Name ?? "no exception"}.");
        }
    }

    /// <summary>Makes a stopped container that is removed when the test ends.</summary>
    /// <returns>Its id.</returns>
    protected async Task<ContainerId> MakeAsync()
    {
        var id = await CreateContainerAsync().ConfigureAwait(false);
        _made.Add(id);
        return id;
    }

    /// <summary>Makes a container, removed when the test ends, and starts it.</summary>
    /// <returns>Its id.</returns>
    protected async Task<ContainerId> MakeRunningAsync()
    {
        var id = await MakeAsync().ConfigureAwait(false);
        await Provider.StartAsync(id).ConfigureAwait(false);
        return id;
    }

    private static async Task ThrowsFor<T>(ContainerId id, Func<Task> call)
        where T : ContainerException
    {
        var exception = await Assert.ThrowsAsync<T>(call).ConfigureAwait(false);
        Assert.Equal(id, exception.Id);
        Assert.NotEmpty(exception.Message);
    }

    private static IEnumerable<(string Name, Func<IContainerProvider, Task> Call)> EveryCall(ContainerId id, CancellationToken token) =>
    [
        ("ListAsync", provider => provider.ListAsync(token)),
        ("GetStatusAsync", provider => provider.GetStatusAsync(id, token)),
        ("StartAsync", provider => provider.StartAsync(id, token)),
        ("StopAsync", provider => provider.StopAsync(id, cancellationToken: token)),
        ("KillAsync", provider => provider.KillAsync(id, cancellationToken: token)),
        ("PauseAsync", provider => provider.PauseAsync(id, token)),
        ("UnpauseAsync", provider => provider.UnpauseAsync(id, token)),
        ("GetEndpointAsync", provider => provider.GetEndpointAsync(id, 80, token)),
    ];
}
