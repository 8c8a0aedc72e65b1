using Microsoft.Extensions.Options;

namespace EventWatcher.Store.Tests;

public sealed class StoreWatcherOptionsTests
{
    [Fact]
    public void Defaults_are_those_that_are_documented()
    {
        var options = new StoreWatcherOptions();

        Assert.Equal(EventIterator.TrimHorizon, options.InitialIterator);
        Assert.Same(EventFilter.All, options.Filter);
        Assert.Equal((100, 1_000), (options.BatchSize, options.BufferSize));
        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(3)), (options.InitialBackoff, options.MaxBackoff));
        Assert.Equal((RetryStrategy.Block, null), (options.RetryStrategy, options.MaxAttempts));
        Assert.True(options.AutoStart);
        Assert.False(options.Ephemeral);
        Assert.Equal((0, TimeSpan.Zero, false), (options.AutoCheckpoint.Events, options.AutoCheckpoint.Interval, options.AutoCheckpoint.OnStop));
        Assert.True(StoreWatcherOptionsValidator.Instance.Validate(null, options).Succeeded);
    }

    [Fact]
    public async Task Faults_are_all_told_at_once()
    {
        await using var store = new InMemoryEventStore();
        await using var manager = new StoreWatcherManager(store);

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => manager.CreateAsync("w", static (_, _) => ValueTask.CompletedTask, new StoreWatcherOptions
        {
            Filter = null!,
            BatchSize = 0,
            BufferSize = -1,
            InitialBackoff = TimeSpan.FromSeconds(-1),
            MaxBackoff = TimeSpan.FromSeconds(-2),
            RetryStrategy = (RetryStrategy)7,
            MaxAttempts = 0,
            StopTimeout = TimeSpan.FromSeconds(-5),
            Ephemeral = true,
            AutoCheckpoint = new AutoCheckpointOptions { Events = -1, Interval = TimeSpan.FromTicks(1) },
        }));

        Assert.Equal(
            ["Filter", "BatchSize", "BufferSize", "InitialBackoff", "MaxBackoff", "RetryStrategy", "MaxAttempts", "StopTimeout", "AutoCheckpoint.Events", "AutoCheckpoint.Interval", "Ephemeral"],
            exception.Failures.Select(static failure => failure.Split(' ')[0]["StoreWatcherOptions.".Length..]));
        Assert.Contains("StoreWatcherOptions.BatchSize is 0; allowed: from 1 to 100,000.", exception.Failures);
    }

    [Fact]
    public void Faults_of_the_store_in_memory_are_all_told_at_once()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new InMemoryEventStore(options: new InMemoryEventStoreOptions
        {
            Name = "",
            LongPollTimeout = TimeSpan.FromSeconds(-1),
            CollectionAge = TimeSpan.MaxValue,
            CollectionInterval = TimeSpan.Zero,
        }));

        Assert.Equal(4, exception.Failures.Count());
    }
}
