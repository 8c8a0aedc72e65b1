using Xunit;

namespace EventWatcher.TestKit;

/// <summary>Shows that a watcher does not wait for a slow consumer and never loses events silently. Inherit it beside <see cref="WatcherConformanceTests"/>.</summary>
/// <remarks>Not for replayable sources, whose watchers wait instead and lose nothing.</remarks>
public abstract class WatcherOverflowConformanceTests
{
    private const int Capacity = 4;
    private const int TooMany = 20;

    /// <summary>Gets how long a test waits for what must come.</summary>
    /// <value>The default is <see cref="Eventually.DefaultDeadline"/>.</value>
    protected virtual TimeSpan Deadline => Eventually.DefaultDeadline;

    /// <summary>Makes a watcher whose subscriptions buffer very few events. Called once in each test.</summary>
    /// <param name="capacity">How many, as <see cref="WatcherOptions.Capacity"/> says.</param>
    /// <returns>A watcher of the test's source.</returns>
    protected abstract IWatcher CreateWatcher(int capacity);

    /// <summary>Makes one event happen at the source, another one each time.</summary>
    /// <returns>What a watcher is to say of it.</returns>
    protected abstract Task<ExpectedEvent> CauseEventAsync();

    /// <summary>A consumer that does not read finds one force-reload and one error in the place of what is missing, and after it complete events again.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Slow_consumer_gets_a_force_reload_and_an_error_in_the_place_of_what_is_missing()
    {
        var stream = CreateWatcher(Capacity).Watch();
        await using var _ = stream.ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Ready, Deadline).ConfigureAwait(false);
        await OverflowAsync(stream).ConfigureAwait(false);

        var reload = await stream.ReadUntilAsync(static item => item.Action.IsForceReload, "A force-reload", Deadline).ConfigureAwait(false);
        var error = await NextOverflowAsync(stream).ConfigureAwait(false);
        await KeepUpAsync(stream).ConfigureAwait(false);

        Assert.Equal(stream.Type, reload.Type);
        Assert.NotEmpty(reload.Source);
        Assert.True(error.Dropped > 0);
        Assert.True(reload.ActorAttributes.ContainsKey(Event.DroppedAttribute));
    }

    /// <summary>A consumer that does not read slows neither the source nor another consumer.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Slow_consumer_does_not_stall_the_source_nor_another_consumer()
    {
        var watcher = CreateWatcher(Capacity);
        var slow = watcher.Watch();
        await using var _ = slow.ConfigureAwait(false);
        var quick = watcher.Watch();
        await using var __ = quick.ConfigureAwait(false);
        await Eventually.CompletesAsync(Task.WhenAll(slow.Ready, quick.Ready), Deadline).ConfigureAwait(false);

        for (var i = 0; i < TooMany; i++)
        {
            var expected = await CauseEventAsync().ConfigureAwait(false);
            await quick.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
        }

        await Eventually.TrueAsync(() => slow.Statistics.Dropped > 0, Deadline).ConfigureAwait(false);
        Assert.Equal(0, quick.Statistics.Dropped);
    }

    /// <summary>A subscription that overflows ends as promptly as any other.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Slow_consumer_disposal_is_prompt()
    {
        var stream = CreateWatcher(Capacity).Watch();
        await Eventually.CompletesAsync(stream.Ready, Deadline).ConfigureAwait(false);
        await OverflowAsync(stream).ConfigureAwait(false);

        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);

        await Eventually.CompletesAsync(stream.Events.Completion, Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Completion, Deadline).ConfigureAwait(false);
    }

    private async Task OverflowAsync(WatchStream stream)
    {
        for (var i = 0; i < TooMany; i++)
        {
            await CauseEventAsync().ConfigureAwait(false);
        }

        await Eventually.TrueAsync(() => stream.Statistics.Dropped > 0, Deadline).ConfigureAwait(false);
    }

    // A source that is asked now and then tells of several events at once: what was still on its way when the overflow
    // was noticed may overflow again, with the next event in it. A reader that keeps up soon meets one that is whole.
    private async Task KeepUpAsync(WatchStream stream)
    {
        for (var i = 0; i < TooMany; i++)
        {
            var expected = await CauseEventAsync().ConfigureAwait(false);
            var next = await stream.ReadUntilAsync(
                item => item.Action.IsForceReload || expected.Matches(item),
                $"{expected}, or a force-reload in its place,",
                Deadline).ConfigureAwait(false);
            if (expected.Matches(next))
            {
                return;
            }
        }

        Assert.Fail($"A reader that kept up found a force-reload in the place of each of {TooMany} events.");
    }

    private async Task<WatcherOverflowException> NextOverflowAsync(WatchStream stream)
    {
        WatcherOverflowException? overflow = null;
        await Eventually.TrueAsync(
            () =>
            {
                while (overflow is null && stream.Errors.TryRead(out var error))
                {
                    overflow = error as WatcherOverflowException;
                }

                return overflow is not null;
            },
            Deadline,
            "the stream reports an overflow").ConfigureAwait(false);
        return overflow!;
    }
}
