namespace EventWatcher.Docker.Tests;

/// <summary>Podman has no ring but a file, and is asked for it in another way.</summary>
public sealed class PodmanResumeTests : WatcherTest
{
    internal override FakeEngineOptions EngineOptions() => new() { Flavour = EngineFlavour.Podman43 };

    [Fact]
    public async Task Cut_with_events_in_the_gap_delivers_each_once_in_order_without_a_force_reload()
    {
        var consumer = await WatchReadyAsync();
        Engine.Emit("start", "before");
        await SettleAsync(consumer);
        await Engine.CutStreamsAsync(CutMode.Close);
        Engine.Emit("die", "gap");
        Engine.Emit("remove", "gap");

        await SettleAsync(consumer);

        Assert.Equal(["start before", "die gap", "destroy gap"], WordsOf(consumer));
        Assert.Empty(consumer.Reloads);
    }

    [Fact]
    public async Task What_was_there_before_is_not_delivered()
    {
        Engine.Emit("start", "old");

        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);

        Assert.Empty(WordsOf(consumer));
    }
}
