using Xunit;

namespace EventWatcher.TestKit;

/// <summary>Shows that a watcher survives the absence of its source and says so. Inherit it beside <see cref="WatcherConformanceTests"/>.</summary>
public abstract class WatcherInterruptionConformanceTests
{
    /// <summary>Gets how long a test waits for what must come.</summary>
    /// <value>The default is <see cref="Eventually.DefaultDeadline"/>.</value>
    protected virtual TimeSpan Deadline => Eventually.DefaultDeadline;

    /// <summary>
    /// Gets whether something may be missed while the source is away; then a force-reload must come when it is back.
    /// </summary>
    /// <value>The default is true.</value>
    protected virtual bool MissesEvents => true;

    /// <summary>Makes a watcher. Called once in each test.</summary>
    /// <returns>A watcher of the test's source.</returns>
    protected abstract IWatcher CreateWatcher();

    /// <summary>Makes one event happen at the source, another one each time.</summary>
    /// <returns>What a watcher is to say of it.</returns>
    protected abstract Task<ExpectedEvent> CauseEventAsync();

    /// <summary>Takes the source away.</summary>
    /// <returns>Completes when it is away.</returns>
    protected abstract Task InterruptAsync();

    /// <summary>Brings the source back. Where the watcher waits by a fake clock, the clock is to be moved on here.</summary>
    /// <returns>Completes when it is back.</returns>
    protected abstract Task RestoreAsync();

    /// <summary>An interruption is reported and changes the state; nothing ends.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Interruption_is_reported_and_nothing_ends()
    {
        var stream = await WatchAsync().ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);

        await InterruptAsync().ConfigureAwait(false);

        await Eventually.TrueAsync(() => stream.State == WatchState.Interrupted, Deadline).ConfigureAwait(false);
        var hasError = await Eventually.CompletesAsync(stream.Errors.WaitToReadAsync().AsTask(), Deadline).ConfigureAwait(false);
        Assert.True(hasError);
        Assert.False(stream.Events.Completion.IsCompleted);
        Assert.False(stream.Completion.IsCompleted);
        await RestoreAsync().ConfigureAwait(false);
    }

    /// <summary>When the source is back a force-reload stands for what may be missing, and later events are seen. Nobody reads the errors.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Interruption_over_events_are_seen_again()
    {
        var stream = await WatchAsync().ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await InterruptAsync().ConfigureAwait(false);
        await Eventually.TrueAsync(() => stream.State == WatchState.Interrupted, Deadline).ConfigureAwait(false);

        await RestoreAsync().ConfigureAwait(false);
        await Eventually.TrueAsync(() => stream.State == WatchState.Ready, Deadline).ConfigureAwait(false);
        if (MissesEvents)
        {
            await stream.ReadUntilAsync(static item => item.Action.IsForceReload, "A force-reload", Deadline).ConfigureAwait(false);
        }

        var expected = await CauseEventAsync().ConfigureAwait(false);
        await stream.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
    }

    /// <summary>A subscription that waits for its source ends as promptly as any other.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Interruption_disposal_is_prompt()
    {
        var stream = await WatchAsync().ConfigureAwait(false);
        await InterruptAsync().ConfigureAwait(false);
        await Eventually.TrueAsync(() => stream.State == WatchState.Interrupted, Deadline).ConfigureAwait(false);

        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);

        await Eventually.CompletesAsync(stream.Events.Completion, Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Errors.Completion, Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Completion, Deadline).ConfigureAwait(false);
        await RestoreAsync().ConfigureAwait(false);
    }

    /// <summary>Where the source is away from the beginning, Watch returns, Ready waits, and completes when the source comes.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Source_absent_from_the_beginning_ready_waits_for_it()
    {
        await InterruptAsync().ConfigureAwait(false);
        var watcher = CreateWatcher();
        var stream = await Eventually.CompletesAsync(Task.Run(() => watcher.Watch()), Deadline).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await Eventually.TrueAsync(() => stream.State is WatchState.Interrupted or WatchState.Connecting, Deadline).ConfigureAwait(false);
        Assert.False(stream.Ready.IsCompleted);

        await RestoreAsync().ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Ready, Deadline).ConfigureAwait(false);
        var expected = await CauseEventAsync().ConfigureAwait(false);

        await stream.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
    }

    private async Task<WatchStream> WatchAsync()
    {
        var stream = CreateWatcher().Watch();
        await Eventually.CompletesAsync(stream.Ready, Deadline).ConfigureAwait(false);
        return stream;
    }
}
