using System.Globalization;
using System.Text;
using Xunit.Sdk;

namespace EventWatcher.Store.Tests;

/// <summary>What must be true of a store after any crash, from what it told while it lived.</summary>
internal sealed class CrashModel(EventStoreDurability durability)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, string> _told = [];
    private readonly Dictionary<string, string[]> _batches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _attempted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Attempt>> _checkpoints = new(StringComparer.Ordinal);
    private long _collectable;
    private bool _isCollecting;
    private int _ids;

    /// <summary>Makes events with ids of their own that will be appended together.</summary>
    public (string[] Ids, NewEvent[] Events) NewBatch(int count, Random random, int padding)
    {
        lock (_gate)
        {
            var ids = Enumerable.Range(0, count).Select(_ => (++_ids).ToString(CultureInfo.InvariantCulture)).ToArray();
            foreach (var id in ids)
            {
                _ = _attempted.Add(id);
                _batches[id] = ids;
            }

            return (ids, [.. ids.Select(id => NewEvent.FromPayload(StoreOperation.Create, "Id", Payload(id, padding + (random.Next(5) == 0 ? random.Next(3_000) : random.Next(50)))))]);
        }
    }

    public void Stored(string[] ids, SequenceRange numbers)
    {
        lock (_gate)
        {
            Require(numbers.Count == ids.Length, $"{ids.Length} events got the numbers {numbers}");
            for (var i = 0; i < ids.Length; i++)
            {
                Tell(numbers.First + i, ids[i]);
            }
        }
    }

    /// <summary>The store said that they are not there.</summary>
    public void Refused(string[] ids)
    {
        lock (_gate)
        {
            _refused.UnionWith(ids);
        }
    }

    public Attempt SettingCheckpoint(string watcher, long number)
    {
        lock (_gate)
        {
            if (!_checkpoints.TryGetValue(watcher, out var attempts))
            {
                _checkpoints[watcher] = attempts = [new Attempt(-1)];
            }

            var attempt = new Attempt(number);
            attempts.Add(attempt);
            NoteCollectable();
            return attempt;
        }
    }

    /// <summary>The store said that it is set: what was before it can't come back.</summary>
    public void CheckpointSet(string watcher, Attempt attempt)
    {
        lock (_gate)
        {
            _checkpoints[watcher].RemoveRange(0, Math.Max(0, _checkpoints[watcher].IndexOf(attempt)));
        }
    }

    /// <summary>A collection begins, and goes on beside what comes after.</summary>
    public void Collecting()
    {
        lock (_gate)
        {
            _isCollecting = true;
            NoteCollectable();
        }
    }

    /// <summary>Looks at all that a store which was opened again has.</summary>
    public async Task VerifyAsync(FileEventStore store, bool hasLostPower)
    {
        var oldest = await store.GetOldestSequenceNumberAsync();
        var latest = await store.GetLatestSequenceNumberAsync();
        var events = await ReadAllAsync(store);
        lock (_gate)
        {
            Require(events.Count == latest - oldest + 1, $"{events.Count} events are there, of {oldest} to {latest}");
            for (var i = 0; i < events.Count; i++)
            {
                Require(events[i].SequenceNumber == oldest + i, $"event {events[i].SequenceNumber} is in the place of {oldest + i}");
                Tell(events[i].SequenceNumber, IdOf(events[i]));
            }

            var present = events.Select(IdOf).ToHashSet(StringComparer.Ordinal);
            Require(present.Count == events.Count, "an event is there twice");
            VerifyWhatIsGone(oldest, latest, hasLostPower);
            VerifyBatches(present, oldest);
            Require(oldest - 1 <= _collectable, $"events up to {oldest - 1} are collected, and {_collectable} may be");
        }

        await VerifyCheckpointsAsync(store, latest, hasLostPower);
        _ = await store.VerifyAsync();
    }

    private static async Task<List<StoredEvent>> ReadAllAsync(FileEventStore store)
    {
        var events = new List<StoredEvent>();
        var iterator = EventIterator.TrimHorizon;
        while (true)
        {
            var response = await store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, LongPollTimeout = TimeSpan.Zero });
            if (response.Events.Count == 0)
            {
                return events;
            }

            events.AddRange(response.Events);
            iterator = response.NextIterator;
        }
    }

    private static byte[] Payload(string id, int padding)
    {
        var payload = new byte[id.Length + 1 + padding];
        _ = Encoding.ASCII.GetBytes(id, payload);
        payload[id.Length] = (byte)'|';
        for (var i = id.Length + 1; i < payload.Length; i++)
        {
            payload[i] = (byte)((i * 31) + id[^1]);
        }

        return payload;
    }

    private static string IdOf(StoredEvent item)
    {
        var bytes = item.Payload.ToArray();
        var id = Encoding.ASCII.GetString(bytes, 0, Math.Max(0, Array.IndexOf(bytes, (byte)'|')));
        Require(id.Length > 0 && bytes.AsSpan().SequenceEqual(Payload(id, bytes.Length - id.Length - 1)), $"event {item.SequenceNumber} has bytes that nobody wrote");
        return id;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new XunitException(otherwise);
        }
    }

    private void NoteCollectable()
    {
        if (_isCollecting)
        {
            // Perhaps there is no such checkpoint yet, and it holds nothing.
            var least = _checkpoints.Values.Select(static attempts => attempts[0].Number < 0 ? long.MaxValue : attempts.Max(static attempt => attempt.Number));
            _collectable = Math.Max(_collectable, least.DefaultIfEmpty(long.MaxValue).Min());
        }
    }

    private void Tell(long number, string id)
    {
        Require(_attempted.Contains(id), $"event {number} has the id {id}, which nobody stored");
        Require(!_refused.Contains(id), $"event {number} has the id {id}, of which the store said that it is not there");
        Require(!_told.TryGetValue(number, out var before) || before == id, $"event {number} is {id}, and was {before}");
        _told[number] = id;
    }

    private void VerifyWhatIsGone(long oldest, long latest, bool hasLostPower)
    {
        foreach (var number in _told.Keys.Where(number => number > latest || number < oldest).ToArray())
        {
            // Only a power loss may take what was acknowledged, and only where it was not flushed; it never comes back.
            Require(number < oldest || (hasLostPower && durability != EventStoreDurability.Flush), $"event {number} was told with {durability} and is gone; the latest is {latest}");
            _ = _refused.Add(_told[number]);
            _ = _told.Remove(number);
        }
    }

    private void VerifyBatches(HashSet<string> present, long oldest)
    {
        var first = _told.Where(told => told.Key == oldest).Select(static told => told.Value).FirstOrDefault();
        foreach (var batch in present.Select(id => _batches[id]).Distinct())
        {
            // The horizon may lie within a batch.
            Require(batch.All(present.Contains) || batch.Contains(first), $"of the batch {string.Join(' ', batch)} only a part is there");
        }
    }

    private async Task VerifyCheckpointsAsync(FileEventStore store, long latest, bool hasLostPower)
    {
        var found = (await store.ListCheckpointsAsync()).ToDictionary(static checkpoint => checkpoint.WatcherId, static checkpoint => checkpoint.SequenceNumber, StringComparer.Ordinal);
        lock (_gate)
        {
            Require(found.Keys.All(_checkpoints.ContainsKey), "there is a checkpoint that nobody set");
            foreach (var (watcher, values) in _checkpoints)
            {
                var value = found.GetValueOrDefault(watcher, -1);
                var isClamped = hasLostPower && durability != EventStoreDurability.Flush && value == latest && values.Any(possible => possible.Number > latest);
                Require(values.Any(possible => possible.Number == value) || isClamped, $"the checkpoint of {watcher} is {value}, and {string.Join(" or ", values.Select(static attempt => attempt.Number))} was set");
                values.Clear();
                values.Add(new Attempt(value));
            }
        }
    }

    /// <summary>A value that was to be set; each call is one of its own.</summary>
    internal sealed class Attempt(long number)
    {
        public long Number { get; } = number;
    }
}
