using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class MalformedEventTests : WatcherTest
{
    [Fact]
    public async Task Malformed_event_is_reported_with_a_force_reload_in_its_place_and_the_stream_lives()
    {
        var consumer = await WatchReadyAsync();
        Engine.Emit("start", "a");
        Engine.Faults.CorruptNext();
        Engine.Emit("start", "lost");
        Engine.Emit("start", "b");
        await SettleAsync(consumer);
        await consumer.WaitForErrorsAsync(1);

        Assert.Equal(["start a", "force-reload", "start b"], WordsOf(consumer));
        var error = Assert.Single(consumer.Errors);
        Assert.IsType<DockerEventFormatException>(error.InnerException);
        Assert.Contains(Engine.Endpoint, error.Message, StringComparison.Ordinal);
        Assert.Equal(WatchState.Ready, consumer.Stream.State);
        Assert.Equal(1, Engine.Requests.Count(r => r.IsEventStream));
    }

    [Fact]
    public async Task Event_larger_than_a_mebibyte_is_reported_with_a_force_reload_in_its_place_and_the_stream_lives()
    {
        var consumer = await WatchReadyAsync();
        Engine.Emit("start", "a");
        Engine.EmitHuge(3 << 20);
        Engine.Emit("start", "b");
        await SettleAsync(consumer);
        await consumer.WaitForErrorsAsync(1);

        Assert.Equal(["start a", "force-reload", "start b"], WordsOf(consumer));
        Assert.Contains("1048576", Assert.Single(consumer.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(1, Engine.Requests.Count(r => r.IsEventStream));
    }

    [Fact]
    public async Task Event_below_a_mebibyte_comes_whole()
    {
        var consumer = await WatchReadyAsync();
        Engine.EmitHuge(900_000);
        var huge = await consumer.WaitForAsync("start huge");
        Assert.Equal(900_000, huge.ActorAttributes["padding"].Length);
        Assert.Empty(consumer.Errors);
    }

    [Fact]
    public async Task Event_that_the_memory_has_malformed_is_reported_once_and_not_at_every_resume()
    {
        var consumer = await WatchReadyAsync();
        Engine.Emit("start", "a");
        await Engine.EmitAsync(new FakeEvent(
            "container", "start", "bad", new Dictionary<string, string>(StringComparer.Ordinal), Engine.Clock.NextNano(), Encoding.UTF8.GetBytes("""{"Type":"container","Action":""")));
        Engine.Emit("start", "b");
        for (var i = 0; i < 3; i++)
        {
            await SettleAsync(consumer);
            await Engine.CutStreamsAsync(CutMode.Clean);
        }

        await SettleAsync(consumer);
        Assert.Equal(["start a", "force-reload", "start b"], WordsOf(consumer));
        Assert.Single(consumer.Errors);
    }

    [Fact]
    public async Task Malformed_event_in_the_gap_is_told_by_one_force_reload_when_the_stream_stands()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        await Engine.StopListeningAsync();
        await Engine.CutStreamsAsync(CutMode.Close);
        Engine.Emit("start", "a");
        await Engine.EmitAsync(new FakeEvent(
            "container", "start", "bad", new Dictionary<string, string>(StringComparer.Ordinal), Engine.Clock.NextNano(), Encoding.UTF8.GetBytes("{]")));
        Engine.Emit("start", "b");
        Engine.StartListening();
        await consumer.WaitForReloadsAsync(1);
        await SettleAsync(consumer);

        Assert.Single(consumer.Reloads);
        Assert.Equal(["start a", "start b"], WordsOf(consumer).Where(w => w != "force-reload"));
    }

    [Fact]
    public async Task Events_without_a_time_are_not_taken_for_repeated()
    {
        var consumer = await WatchReadyAsync();
        for (var i = 0; i < 3; i++)
        {
            Engine.EmitRaw("""{"Type":"container","Action":"start","Actor":{"ID":"x","Attributes":{"name":"timeless"}}}"""u8);
            Engine.EmitRaw("\n"u8);
        }

        await SettleAsync(consumer);
        Assert.Equal(["start timeless", "start timeless", "start timeless"], WordsOf(consumer));
        Assert.All(consumer.Events, e => Assert.NotEqual(default, e.Timestamp));
        Assert.All(consumer.Events, e => Assert.NotEqual(1970, e.Timestamp.Year));
    }

    [Fact]
    public async Task Garbage_of_every_kind_costs_no_more_than_what_it_stands_in_place_of()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var story = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var consumer = Consume(new DockerWatcher(Options(), new StoryLogger(story.Enqueue)).Watch());
        await consumer.ReadyAsync();
        var names = new List<string>();
        var emitted = new List<DateTimeOffset>();
        for (var i = 0; i < 300; i++)
        {
            Engine.EmitRaw(Garbage(random));
            names.Add($"after-{seed}-{i}");
            emitted.Add(TimeProvider.System.GetUtcNow());
            Engine.Emit("start", names[^1]);
            if (random.Next(10) == 0)
            {
                story.Enqueue($"cut after {names[^1]}");
                await Engine.CutStreamsAsync((CutMode)random.Next(4));
                await Engine.WaitForStreamsAsync(1);
            }
        }

        Engine.EmitRaw("\n"u8);
        await SettleAsync(consumer);
        var order = consumer.Events.Select(e => e.ActorName).Where(n => n.StartsWith("after-", StringComparison.Ordinal)).ToList();
        Assert.True(order.Count == order.Distinct(StringComparer.Ordinal).Count(), $"Seed {seed}: something came twice");
        foreach (var name in names.Except(order, StringComparer.Ordinal))
        {
            var at = emitted[names.IndexOf(name)];
            Assert.True(consumer.Reloads.Any(e => e.Timestamp >= at), $"Seed {seed}: {name} was lost silently: {string.Join("\n", story.TakeLast(30))}");
        }
    }

    private static byte[] Garbage(Random random)
    {
        var real = RecordedSession.Moby20.Lines[random.Next(RecordedSession.Moby20.Lines.Count)].ToArray();
        byte[] garbage = random.Next(8) switch
        {
            0 => RandomBytes(random),
            1 => real[..random.Next(real.Length)],
            2 => Flip(random, real),
            3 => Encoding.UTF8.GetBytes(new string('[', random.Next(1, 5_000))),
            4 => Encoding.UTF8.GetBytes(new string('{', random.Next(1, 200)) + "}"),
            5 => Encoding.UTF8.GetBytes("null 1 \"x\" true [] {} {\"Type\":1} {\"Actor\":{\"ID\":[]}}"),
            6 => [0xEF, 0xBB, 0xBF, .. real],
            _ => Encoding.UTF8.GetBytes($$$"""{"Type":"container","Action":"start","timeNano":{{{(random.Next(2) == 0 ? long.MaxValue : long.MinValue)}}},"Actor":{"ID":"far"}}"""),
        };
        return random.Next(4) == 0 ? garbage : [.. garbage, (byte)'\n'];
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1, 400)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Flip(Random random, byte[] bytes)
    {
        for (var i = random.Next(1, 10); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
