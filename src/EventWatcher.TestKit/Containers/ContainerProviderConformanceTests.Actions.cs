using Xunit;

namespace EventWatcher.TestKit;

// Starting, stopping, killing, pausing.
public abstract partial class ContainerProviderConformanceTests
{
    /// <summary>Starting twice, or from several places at once, is success.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StartAsync_of_a_running_container_is_success()
    {
        var id = await MakeAsync().ConfigureAwait(false);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Provider.StartAsync(id))).ConfigureAwait(false);
        await Provider.StartAsync(id).ConfigureAwait(false);

        Assert.Equal(ContainerStatus.Running, await Provider.GetStatusAsync(id).ConfigureAwait(false));
    }

    /// <summary>A container that was stopped can be started again.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StartAsync_after_a_stop_runs_again()
    {
        var id = await MakeRunningAsync().ConfigureAwait(false);
        await Provider.StopAsync(id).ConfigureAwait(false);

        await Provider.StartAsync(id).ConfigureAwait(false);

        Assert.Equal(ContainerStatus.Running, await Provider.GetStatusAsync(id).ConfigureAwait(false));
    }

    /// <summary>Every action on a container that doesn't exist says so.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Missing_container_every_action_says_so()
    {
        var id = UnknownContainer;

        await ThrowsFor<ContainerNotFoundException>(id, () => Provider.StartAsync(id)).ConfigureAwait(false);
        await ThrowsFor<ContainerNotFoundException>(id, () => Provider.StopAsync(id)).ConfigureAwait(false);
        await ThrowsFor<ContainerNotFoundException>(id, () => Provider.KillAsync(id)).ConfigureAwait(false);
        if (SupportsPause)
        {
            await ThrowsFor<ContainerNotFoundException>(id, () => Provider.PauseAsync(id)).ConfigureAwait(false);
            await ThrowsFor<ContainerNotFoundException>(id, () => Provider.UnpauseAsync(id)).ConfigureAwait(false);
        }
    }

    /// <summary>Stopping twice is success, and so is stopping what never ran.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StopAsync_of_a_stopped_container_is_success()
    {
        var id = await MakeAsync().ConfigureAwait(false);
        await Provider.StopAsync(id).ConfigureAwait(false);
        await Provider.StartAsync(id).ConfigureAwait(false);

        await Provider.StopAsync(id).ConfigureAwait(false);
        await Provider.StopAsync(id).ConfigureAwait(false);

        Assert.Equal(ContainerStatus.Stopped, await Provider.GetStatusAsync(id).ConfigureAwait(false));
    }

    /// <summary>A stop that may take no time kills.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StopAsync_with_no_time_to_stop_ends_the_container()
    {
        var id = await MakeRunningAsync().ConfigureAwait(false);

        await Provider.StopAsync(id, timeout: TimeSpan.Zero).ConfigureAwait(false);

        Assert.Equal(ContainerStatus.Stopped, await Provider.GetStatusAsync(id).ConfigureAwait(false));
    }

    /// <summary>A stop with a signal of one's own ends the container, or is refused where there are no signals.</summary>
    /// <param name="signal">The signal.</param>
    /// <returns>The test.</returns>
    [Theory]
    [InlineData("KILL")]
    [InlineData("SIGTERM")]
    public async Task StopAsync_with_a_signal_ends_the_container_or_is_refused(string signal)
    {
        var id = await MakeRunningAsync().ConfigureAwait(false);

        if (SupportsSignals)
        {
            await Provider.StopAsync(id, signal).ConfigureAwait(false);
            Assert.Equal(ContainerStatus.Stopped, await Provider.GetStatusAsync(id).ConfigureAwait(false));
        }
        else
        {
            await ThrowsFor<ContainerOperationNotSupportedException>(id, () => Provider.StopAsync(id, signal)).ConfigureAwait(false);
        }
    }

    /// <summary>A kill without a signal ends the container.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task KillAsync_ends_the_container()
    {
        var id = await MakeRunningAsync().ConfigureAwait(false);

        await Provider.KillAsync(id).ConfigureAwait(false);

        await Eventually.TrueAsync(
            async () => await Provider.GetStatusAsync(id).ConfigureAwait(false) == ContainerStatus.Stopped,
            Deadline).ConfigureAwait(false);
    }

    /// <summary>A signal that does not end a process leaves it running, or is refused where there are no signals.</summary>
    /// <param name="signal">The signal.</param>
    /// <returns>The test.</returns>
    [Theory]
    [InlineData("CONT")]
    [InlineData("SIGCONT")]
    public async Task KillAsync_with_a_harmless_signal_leaves_it_running_or_is_refused(string signal)
    {
        var id = await MakeRunningAsync().ConfigureAwait(false);

        if (SupportsSignals)
        {
            await Provider.KillAsync(id, signal).ConfigureAwait(false);
        }
        else
        {
            await ThrowsFor<ContainerOperationNotSupportedException>(id, () => Provider.KillAsync(id, signal)).ConfigureAwait(false);
        }

        Assert.Equal(ContainerStatus.Running, await Provider.GetStatusAsync(id).ConfigureAwait(false));
    }

    /// <summary>A kill of what does not run is a conflict.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task KillAsync_of_a_stopped_container_is_a_conflict()
    {
        var id = await MakeAsync().ConfigureAwait(false);

        await ThrowsFor<ContainerConflictException>(id, () => Provider.KillAsync(id)).ConfigureAwait(false);
    }

    /// <summary>Pausing twice is success, a start meanwhile a conflict, and going on twice success again; or pausing is refused.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task PauseAsync_freezes_until_unpaused_or_is_refused()
    {
        var id = await MakeRunningAsync().ConfigureAwait(false);
        if (!SupportsPause)
        {
            await ThrowsFor<ContainerOperationNotSupportedException>(id, () => Provider.PauseAsync(id)).ConfigureAwait(false);
            return;
        }

        await Provider.PauseAsync(id).ConfigureAwait(false);
        await Provider.PauseAsync(id).ConfigureAwait(false);
        Assert.Equal(ContainerStatus.Paused, await Provider.GetStatusAsync(id).ConfigureAwait(false));
        await ThrowsFor<ContainerConflictException>(id, () => Provider.StartAsync(id)).ConfigureAwait(false);

        await Provider.UnpauseAsync(id).ConfigureAwait(false);
        await Provider.UnpauseAsync(id).ConfigureAwait(false);
        Assert.Equal(ContainerStatus.Running, await Provider.GetStatusAsync(id).ConfigureAwait(false));
    }

    /// <summary>Pausing and unpausing what does not run is a conflict, or pausing is refused.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task PauseAsync_of_a_stopped_container_is_a_conflict_or_refused()
    {
        var id = await MakeAsync().ConfigureAwait(false);
        if (!SupportsPause)
        {
            await ThrowsFor<ContainerOperationNotSupportedException>(id, () => Provider.PauseAsync(id)).ConfigureAwait(false);
            return;
        }

        await ThrowsFor<ContainerConflictException>(id, () => Provider.PauseAsync(id)).ConfigureAwait(false);
        await ThrowsFor<ContainerConflictException>(id, () => Provider.UnpauseAsync(id)).ConfigureAwait(false);
    }
}
