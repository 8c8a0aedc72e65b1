using EventWatcher.TestKit;
using EventWatcher.Tests.Shared;

namespace EventWatcher.Docker.Tests;

public sealed class TracingTests : WatcherTest
{
    [Fact]
    public async Task Every_try_to_have_a_stream_is_traced()
    {
        using var traces = new TraceRecorder("EventWatcher.Docker");
        Engine.Faults.Next(1, Fault.Answer(500, "no"), r => r.Path == "/_ping");
        var consumer = await WatchReadyAsync();
        Engine.Emit("start");
        var source = (await consumer.WaitForAsync("start c1")).Source;

        await Eventually.TrueAsync(() => traces.WordsWhere("eventwatcher.source", source).Count == 2);
        Assert.Equal(["connect!", "connect"], traces.WordsWhere("eventwatcher.source", source));
    }
}
