using Xunit.Sdk;

namespace EventWatcher.Store.Tests;

/// <summary>Whatever is done to any file: the valid prefix with a report, or damage with its place. Never a wrong event.</summary>
public sealed class DamageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_byte_flipped_is_a_tail_or_damage(bool isClosed)
    {
        var log = await SmallLog.CreateAsync(isClosed);
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, content) in log.Files)
        {
            foreach (var offset in Places(content))
            {
                var flipped = content.ToArray();
                flipped[offset] ^= (byte)(offset % 2 == 0 ? 0xFF : 1 << (offset % 8));
                var outcome = await OutcomeAsync(log.ToDisk(name, flipped), name, $"byte {offset} of {name} flipped");
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;

                // The last bytes that say something are a frame without events where the store was closed, and then
                // everything before them is known to have been on the disk.
                var isEvents = name.EndsWith(Segment.Extension, StringComparison.Ordinal);
                Require(!isClosed || !isEvents || outcome != "shorter", $"byte {offset} of {name} flipped took events although the store was closed");
            }
        }

        Assert.True(outcomes.GetValueOrDefault("damaged") > 1_000, string.Join(", ", outcomes));
        Assert.True(outcomes.GetValueOrDefault("whole, reported") > 10, string.Join(", ", outcomes));
        Assert.Equal(!isClosed, outcomes.ContainsKey("shorter"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_length_truncated_is_a_tail_or_damage(bool isClosed)
    {
        var log = await SmallLog.CreateAsync(isClosed);
        foreach (var (name, content) in log.Files)
        {
            foreach (var length in Places(content))
            {
                _ = await OutcomeAsync(log.ToDisk(name, content[..length]), name, $"{name} cut to {length} bytes");
            }
        }
    }

    [Fact]
    public async Task Every_file_missing_is_damage()
    {
        var log = await SmallLog.CreateAsync(isClosed: true);
        foreach (var name in log.Files.Keys.Order(StringComparer.Ordinal).SkipLast(2).Append(CheckpointJournal.FileName))
        {
            var disk = log.ToDisk();
            var storage = disk.NewProcess();
            storage.Delete(name);

            var damage = Assert.Throws<EventStoreDamagedException>(() => SmallLog.Open(disk));

            Assert.EndsWith(name, damage.File, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Untouched_nothing_is_reported()
    {
        var log = await SmallLog.CreateAsync(isClosed: true);

        Assert.Equal("whole", await OutcomeAsync(log.ToDisk(), "", "untouched"));
        Assert.True(log.Files.Keys.Count(static name => name.EndsWith(Segment.Extension, StringComparison.Ordinal)) >= 2);
    }

    /// <summary>Every place that says something, and some of the zeros behind.</summary>
    private static IEnumerable<int> Places(byte[] content)
    {
        var used = content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        return Enumerable.Range(0, used).Concat(Enumerable.Range(used, content.Length - used).Where(place => place < used + 100 || place % 997 == 0 || place == content.Length - 1));
    }

    private static async Task<string> OutcomeAsync(CrashingDisk disk, string name, string what)
    {
        FileEventStore? store = null;
        var seen = 0L;
        long? checkpoint;
        try
        {
            store = SmallLog.Open(disk);
            var iterator = EventIterator.TrimHorizon;
            while (true)
            {
                var response = await store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, LongPollTimeout = TimeSpan.Zero, Limit = 5 });
                if (response.Events.Count == 0)
                {
                    break;
                }

                foreach (var item in response.Events)
                {
                    Require(item.SequenceNumber == ++seen, $"{what}: event {item.SequenceNumber} is in the place of {seen}");
                    Require(item.Payload.Span.SequenceEqual(SmallLog.Payload(seen)) && item.ObjectType == "Thing" && item.Operation == StoreOperation.Update, $"{what}: event {seen} is not what was written");
                }

                iterator = response.NextIterator;
            }

            _ = await store.VerifyAsync();
            checkpoint = await store.GetCheckpointAsync(SmallLog.Watcher);
        }
        catch (EventStoreDamagedException damage)
        {
            Require(damage.File.EndsWith(name, StringComparison.Ordinal), $"{what}: the damage is said to be in {damage.File}");
            return "damaged";
        }
        finally
        {
            await (store?.DisposeAsync() ?? default);
        }

        var isReported = store.Recovery.TailCuts.Count > 0;
        Require(store.Recovery.TailCuts.All(cut => cut.File.EndsWith(name, StringComparison.Ordinal)), $"{what}: another file's tail was cut");
        Require(isReported || seen == SmallLog.Events, $"{what}: {SmallLog.Events - seen} events are gone and nothing says so");
        Require(checkpoint == SmallLog.Checkpoint || isReported, $"{what}: the checkpoint is {checkpoint} and nothing says so");
        return seen < SmallLog.Events ? "shorter" : isReported ? "whole, reported" : "whole";
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new XunitException(otherwise);
        }
    }
}
