using Xunit;

namespace EventWatcher.TestKit;

/// <summary>Shows that a watcher keeps what <see cref="IWatcher"/> and <see cref="WatchStream"/> promise. Inherit it, and run it as any test class.</summary>
/// <remarks>
/// A watcher that derives from <see cref="Watcher"/> has most of it from there; what is left to be shown is that it
/// is ready when it says so, misses nothing from then on, and stops when it is told to. For losses see
/// <see cref="WatcherOverflowConformanceTests"/>, for sources that go away <see cref="WatcherInterruptionConformanceTests"/>.
/// The source must be there, and be this test's own: events of others are passed over, but slow it down.
/// </remarks>
/// <example>
/// <code>
/// public sealed class ClockWatcherConformanceTests : WatcherConformanceTests
/// {
///     private readonly Clock _clock = new();
///     protected override IWatcher CreateWatcher() => new ClockWatcher(_clock);
///     protected override Task&lt;ExpectedEvent> CauseEventAsync() => _clock.StrikeAsync();
/// }
/// </code>
/// </example>
public abstract class WatcherConformanceTests
{
    private const int ManyRounds = 100;

    /// <summary>Gets how long a test waits for what must come.</summary>
    /// <value>The default is <see cref="Eventually.DefaultDeadline"/>.</value>
    protected virtual TimeSpan Deadline => Eventually.DefaultDeadline;

    /// <summary>Gets how many events the tests of order cause.</summary>
    /// <value>The default is 10.</value>
    protected virtual int EventCount => 10;

    /// <summary>Gets how many subscriptions the test for leaks begins and ends.</summary>
    /// <value>The default is 100; fewer only where a subscription is expensive.</value>
    protected virtual int Rounds => ManyRounds;

    /// <summary>Makes a watcher. Called once in each test.</summary>
    /// <returns>A watcher of the test's source.</returns>
    protected abstract IWatcher CreateWatcher();

    /// <summary>Makes one event happen at the source, another one each time.</summary>
    /// <returns>What a watcher is to say of it.</returns>
    protected abstract Task<ExpectedEvent> CauseEventAsync();

    /// <summary>Watch returns at once and does not wait for the source.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Watch_returns_at_once()
    {
        var watcher = CreateWatcher();
        var stream = await Eventually.CompletesAsync(Task.Run(() => watcher.Watch()), Deadline).ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What happens after Ready is seen.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Ready_completed_an_event_after_it_is_seen()
    {
        var stream = await WatchAsync(CreateWatcher()).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);

        var expected = await CauseEventAsync().ConfigureAwait(false);

        await stream.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
        Assert.Equal(WatchState.Ready, stream.State);
    }

    /// <summary>An event says of which type and source it is and when it happened, and its texts and attributes are never null.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Events_have_type_source_timestamp_and_attributes()
    {
        var stream = await WatchAsync(CreateWatcher()).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);

        var expected = await CauseEventAsync().ConfigureAwait(false);
        var item = await stream.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);

        Assert.NotEmpty(item.Type.Value);
        Assert.Equal(stream.Type, item.Type);
        Assert.NotEmpty(item.Source);
        Assert.NotEqual(default, item.Timestamp);
        Assert.NotNull(item.ActorAttributes);
        Assert.NotNull(item.ActorId);
    }

    /// <summary>Every event is seen by each of two consumers.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Watch_two_consumers_both_see_every_event()
    {
        var watcher = CreateWatcher();
        var one = await WatchAsync(watcher).ConfigureAwait(false);
        await using var _ = one.ConfigureAwait(false);
        var other = await WatchAsync(watcher).ConfigureAwait(false);
        await using var __ = other.ConfigureAwait(false);

        for (var i = 0; i < EventCount; i++)
        {
            var expected = await CauseEventAsync().ConfigureAwait(false);
            await one.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
            await other.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
        }
    }

    /// <summary>Events come in the order in which they happened, none missing, with nobody reading meanwhile.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Events_come_in_the_order_in_which_they_happened()
    {
        var stream = await WatchAsync(CreateWatcher()).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var caused = new List<ExpectedEvent>();
        for (var i = 0; i < EventCount; i++)
        {
            caused.Add(await CauseEventAsync().ConfigureAwait(false));
        }

        // One after the other: an event out of order would be passed over, and then be missing.
        foreach (var expected in caused)
        {
            await stream.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
        }
    }

    /// <summary>Cancellation completes both channels at once, without a fault, and the run soon after.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Cancellation_completes_both_channels_and_the_run()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = await WatchAsync(CreateWatcher(), cancellation.Token).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);

        await cancellation.CancelAsync().ConfigureAwait(false);

        await AssertEndedAsync(stream).ConfigureAwait(false);
        Assert.Equal(WatchState.Completed, stream.State);
    }

    /// <summary>What happens after cancellation, or was not read before it, is not seen.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Cancellation_no_event_is_seen_after_it()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = await WatchAsync(CreateWatcher(), cancellation.Token).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await CauseEventAsync().ConfigureAwait(false);

        await cancellation.CancelAsync().ConfigureAwait(false);
        await CauseEventAsync().ConfigureAwait(false);
        await AssertEndedAsync(stream).ConfigureAwait(false);

        Assert.False(stream.Events.TryRead(out var _));
        Assert.Equal(0, stream.Events.Count);
    }

    /// <summary>A token that is cancelled already gives a subscription that has ended.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Watch_with_a_cancelled_token_has_ended()
    {
        var stream = CreateWatcher().Watch(new CancellationToken(canceled: true));
        await using var _ = stream.ConfigureAwait(false);

        await AssertEndedAsync(stream).ConfigureAwait(false);

        await Eventually.EndsAsync(stream.Ready, Deadline).ConfigureAwait(false);
        Assert.True(stream.Ready.IsCanceled);
    }

    /// <summary>The end of one subscription is not that of another.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Cancellation_of_one_subscription_leaves_the_other()
    {
        var watcher = CreateWatcher();
        using var cancellation = new CancellationTokenSource();
        var ending = await WatchAsync(watcher, cancellation.Token).ConfigureAwait(false);
        await using var _ = ending.ConfigureAwait(false);
        var staying = await WatchAsync(watcher).ConfigureAwait(false);
        await using var __ = staying.ConfigureAwait(false);

        await cancellation.CancelAsync().ConfigureAwait(false);
        await AssertEndedAsync(ending).ConfigureAwait(false);
        var expected = await CauseEventAsync().ConfigureAwait(false);

        await staying.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
    }

    /// <summary>Disposal ends the subscription, as often and from as many places as one likes.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task DisposeAsync_is_prompt_and_idempotent()
    {
        var stream = await WatchAsync(CreateWatcher()).ConfigureAwait(false);

        var disposals = Enumerable.Range(0, 4).Select(_ => Task.Run(() => stream.DisposeAsync().AsTask()));
        await Eventually.CompletesAsync(Task.WhenAll(disposals), Deadline).ConfigureAwait(false);
        await AssertEndedAsync(stream).ConfigureAwait(false);

        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);
    }

    /// <summary>Disposal before the subscription is ready ends it too.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task DisposeAsync_before_ready_ends_the_subscription()
    {
        var stream = CreateWatcher().Watch();

        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);

        await AssertEndedAsync(stream).ConfigureAwait(false);
        Assert.True(stream.Ready.IsCompleted);
    }

    /// <summary>A watcher can be watched again after everybody has gone.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Watch_again_after_the_end_sees_events()
    {
        var watcher = CreateWatcher();
        var first = await WatchAsync(watcher).ConfigureAwait(false);
        await first.DisposeAsync().ConfigureAwait(false);

        var second = await WatchAsync(watcher).ConfigureAwait(false);
        await using var _ = second.ConfigureAwait(false);
        var expected = await CauseEventAsync().ConfigureAwait(false);

        await second.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
    }

    /// <summary><see cref="WatchStream.ReadAllAsync"/> gives the events and ends, without exception, with the subscription.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadAllAsync_gives_events_and_ends_with_the_subscription()
    {
        var stream = await WatchAsync(CreateWatcher()).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var expected = await CauseEventAsync().ConfigureAwait(false);
        var isSeen = false;
        var disposal = Task.CompletedTask;

        var reading = Task.Run(async () =>
        {
            await foreach (var item in stream.ReadAllAsync().ConfigureAwait(false))
            {
                if (!isSeen && expected.Matches(item))
                {
                    isSeen = true;
                    disposal = stream.DisposeAsync().AsTask();
                }
            }
        });

        await Eventually.CompletesAsync(reading, Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(disposal, Deadline).ConfigureAwait(false);
        Assert.True(isSeen);
    }

    /// <summary>Who stops reading by a token leaves the subscription as it is.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadAllAsync_cancelled_throws_and_leaves_the_subscription()
    {
        var stream = await WatchAsync(CreateWatcher()).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var cancellation = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var item in stream.ReadAllAsync(cancellationToken: cancellation.Token).ConfigureAwait(false))
            {
                Assert.NotNull(item);
            }
        });

        await cancellation.CancelAsync().ConfigureAwait(false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(reading, Deadline)).ConfigureAwait(false);
        var expected = await CauseEventAsync().ConfigureAwait(false);

        await stream.ReadUntilAsync(expected, Deadline).ConfigureAwait(false);
    }

    /// <summary>Many subscriptions begun and ended leave no stream alive and no file or socket open.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Watch_many_rounds_leave_nothing_behind()
    {
        var watcher = CreateWatcher();
        await RunRoundsAsync(watcher, ManyRounds / 10).ConfigureAwait(false);
        var handles = Leaks.OpenHandles;

        var streams = await RunRoundsAsync(watcher, Rounds).ConfigureAwait(false);

        var tolerated = Math.Max(2, Rounds / 5);
        await Eventually.TrueAsync(() => Leaks.CountAlive(streams) <= tolerated, Deadline).ConfigureAwait(false);
        await Eventually.TrueAsync(() => Leaks.OpenHandles <= handles + tolerated, Deadline).ConfigureAwait(false);
    }

    private async Task<List<WeakReference>> RunRoundsAsync(IWatcher watcher, int rounds)
    {
        var streams = new List<WeakReference>();
        for (var i = 0; i < rounds; i++)
        {
            var stream = await WatchAsync(watcher).ConfigureAwait(false);
            streams.Add(new WeakReference(stream));
            await Eventually.CompletesAsync(stream.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);
            await Eventually.CompletesAsync(stream.Completion, Deadline).ConfigureAwait(false);
        }

        return streams;
    }

    private async Task<WatchStream> WatchAsync(IWatcher watcher, CancellationToken cancellationToken = default)
    {
        var stream = watcher.Watch(cancellationToken);
        await Eventually.CompletesAsync(stream.Ready, Deadline).ConfigureAwait(false);
        return stream;
    }

    private async Task AssertEndedAsync(WatchStream stream)
    {
        await Eventually.CompletesAsync(stream.Events.Completion, Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Errors.Completion, Deadline).ConfigureAwait(false);
        await Eventually.CompletesAsync(stream.Completion, Deadline).ConfigureAwait(false);
        Assert.False(await stream.Events.WaitToReadAsync().ConfigureAwait(false));
        Assert.False(await stream.Errors.WaitToReadAsync().ConfigureAwait(false));
    }
}
