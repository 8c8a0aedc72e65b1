using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>A stream that is cut after every single byte of what real engines sent.</summary>
public sealed class CutEverywhereTests : WatcherTest
{
    private const string Last =
        """{"Type":"container","Action":"oom","Actor":{"ID":"last","Attributes":{"name":"last"}},"time":4000000000,"timeNano":4000000000000000000}""" + "\n";

    [Theory]
    [InlineData("Moby20")]
    [InlineData("Moby28")]
    [InlineData("Podman43")]
    public async Task Cut_after_every_byte_is_resumed_and_loses_nothing_silently(string flavour)
    {
        var session = RecordedSession.Of(Enum.Parse<EngineFlavour>(flavour));
        var expected = session.Lines.Select(line => FakeEvent.Parse(line.Span)).Where(e => e.Type == "container" && DockerEventMap.TryGet(e.Action, out _)).ToList();
        byte[] whole = [.. session.Bytes.Span, .. Encoding.UTF8.GetBytes(Last)];
        await Parallel.ForAsync(0, session.Bytes.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (length, _) =>
        {
            await using var consumer = await RunAsync(whole, length);
            await consumer.WaitForAsync(e => e.ActorId == "last", $"the last event after a cut at {length}");
            var got = consumer.Events.Where(e => !e.Action.IsForceReload && e.ActorId != "last").Select(e => (e.ActorId, e.Timestamp, e.Action)).ToList();
            if (length >= session.Lines[0].Length)
            {
                Assert.Empty(consumer.Reloads);
                Assert.Equal(expected.Select(e => e.Id), got.Select(e => e.ActorId));
                Assert.Equal(got.Count, got.Distinct().Count());
            }
            else
            {
                // No anchor yet: what the memory has is made good by the force-reload.
                Assert.Single(consumer.Reloads);
            }
        });
    }

    [Theory]
    [InlineData("Moby20")]
    [InlineData("Moby28")]
    [InlineData("Podman43")]
    public async Task Cut_over_a_socket_is_resumed_and_loses_nothing(string flavour)
    {
        var session = RecordedSession.Of(Enum.Parse<EngineFlavour>(flavour));
        var expected = session.Lines.Select(line => FakeEvent.Parse(line.Span)).Where(e => e.Type == "container" && DockerEventMap.TryGet(e.Action, out _)).Select(e => e.Id).ToList();
        for (var length = 1; length < session.Bytes.Length; length += 397)
        {
            await using var engine = new FakeEngine();
            engine.Faults.Next(1, Fault.CutAfterBytes(length, (CutMode)(length % 4)), r => r.IsEventStream);
            engine.Emit("start", "anchor", 1_000_000_000_000_000_000);
            await using var consumer = new Consumer(new DockerWatcher(Options(o => o.Endpoint = engine.Endpoint)).Watch());
            await consumer.ReadyAsync();
            await engine.ReplayAsync(session);
            engine.Emit("oom", "last");
            await consumer.WaitForAsync("oom last");

            Assert.Empty(consumer.Reloads);
            Assert.Equal(expected, consumer.Events.Where(e => e.ActorName != "last").Select(e => e.ActorId));
        }
    }

    private static async Task<Consumer> RunAsync(byte[] whole, int length)
    {
        var ready = new TaskCompletionSource();
        var engine = new ScriptedEngine((request, number) => (request.UntilNanoseconds, number) switch
        {
            (null, 1) => new ScriptedBody(whole.AsMemory(0, length), length % 2 == 0 ? ScriptedBody.Ending.Broken : ScriptedBody.Ending.Clean, ready.Task),
            (null, _) => new ScriptedBody(whole, ScriptedBody.Ending.Silent),

            // The memory: nothing before the first stream, everything after it.
            (_, 0) => new ScriptedBody(default, ScriptedBody.Ending.Clean),
            _ => new ScriptedBody(whole.AsMemory(0, whole.Length - Last.Length), ScriptedBody.Ending.Clean),
        });
        var options = new DockerWatcherOptions { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(1), AuditInterval = Timeout.InfiniteTimeSpan };
        var consumer = new Consumer(new DockerWatcher(engine, options).Watch());
        await consumer.ReadyAsync();
        ready.SetResult();
        return consumer;
    }
}
