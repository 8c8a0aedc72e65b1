using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>The lives of one store on one disk, each ended in another way, by the numbers of a seed.</summary>
internal sealed class CrashRun(int seed, bool hasLargeFrames)
{
    private static readonly string[] Watchers = ["one", "two"];

    private readonly Random _random = new(seed);
    private readonly FakeTimeProvider _time = new();

    /// <summary>Lives until so many crashes have happened.</summary>
    public async Task RunAsync(int crashes)
    {
        var durability = (EventStoreDurability)(_random.Next(6) switch { 0 => 1, 1 => 2, _ => 0 });
        var disk = new CrashingDisk(new Random(seed));
        var model = new CrashModel(durability);
        var hasLostPower = false;
        for (var crash = 0; crash < crashes; crash++)
        {
            var storage = disk.NewProcess();
            FileEventStore store;
            if (_random.Next(4) == 0)
            {
                disk.CutPowerAfter(_random.Next(1, 40));
            }

            try
            {
                store = Open(storage, durability);
            }
            catch (PowerCutException)
            {
                disk.LosePower();
                hasLostPower = true;
                continue;
            }

            disk.CutPowerAfter(long.MaxValue);
            await model.VerifyAsync(store, hasLostPower);
            hasLostPower = await LiveAsync(store, disk, model);
        }
    }

    private FileEventStore Open(CrashingStorage storage, EventStoreDurability durability) => FileEventStore.Open(
        storage,
        storeLock: null,
        new FileEventStoreOptions
        {
            Path = storage.Name,
            Durability = durability,
            FlushInterval = TimeSpan.FromSeconds(1),
            SegmentBytes = (hasLargeFrames ? 256 * 1024 : 4096) * _random.Next(1, 4),
            CacheBytes = (hasLargeFrames ? 256 * 1024 : 4096) * _random.Next(0, 4),
            MaxPendingBytes = (hasLargeFrames ? 256 : 16) * 1024,
            CollectionAge = TimeSpan.FromSeconds(5),
            CollectionInterval = Timeout.InfiniteTimeSpan,
        },
        serializer: null,
        _time,
        logger: null);

    /// <summary>Uses a store until its process ends.</summary>
    /// <returns>Whether the power was lost.</returns>
    private async Task<bool> LiveAsync(FileEventStore store, CrashingDisk disk, CrashModel model)
    {
        var end = _random.Next(8);
        if (end < 5)
        {
            disk.CutPowerAfter(_random.Next(1, 150));
        }

        if (_random.Next(4) == 0)
        {
            disk.FailFlushAfter(_random.Next(0, 30));
        }

        var calls = new List<Task>();
        var steps = _random.Next(1, 40);
        for (var step = 0; step < steps; step++)
        {
            var call = StepAsync(store, model);
            if (_random.Next(3) > 0)
            {
                await call;
            }

            calls.Add(call);
        }

        // Gone in the middle of what is going on, or after it.
        if (end < 6)
        {
            if (_random.Next(2) == 0)
            {
                await Task.WhenAll(calls);
            }

            disk.Kill();
        }

        await Eventually.EndsAsync(store.CloseAsync());
        await Eventually.CompletesAsync(Task.WhenAll(calls));
        if (end < 5)
        {
            disk.LosePower();
        }

        return end < 5;
    }

    private Task StepAsync(FileEventStore store, CrashModel model)
    {
        switch (_random.Next(12))
        {
            case 0:
                var watcher = Watchers[_random.Next(Watchers.Length)];
                return CheckpointAsync(store, model, watcher, _random.NextDouble());
            case 1:
                model.Collecting();
                return Tolerate(store.CollectAsync());
            case 2:
                _time.Advance(TimeSpan.FromSeconds(_random.Next(5)));
                return Task.CompletedTask;
            default:
                // Frames that end with pages, and others between them.
                var padding = hasLargeFrames && _random.Next(2) == 0 ? 40 * 1024 : 0;
                var (ids, events) = model.NewBatch(_random.Next(3) == 0 ? _random.Next(2, 6) : 1, _random, padding);
                return StoreAsync(store, model, ids, events);
        }
    }

    private static async Task StoreAsync(FileEventStore store, CrashModel model, string[] ids, NewEvent[] events)
    {
        try
        {
            model.Stored(ids, await store.StoreEventsAsync(events));
        }
        catch (EventStoreException failure)
        {
            if (!failure.IsOutcomeUnknown)
            {
                model.Refused(ids);
            }
        }
        catch (EventStoreClosedException)
        {
            model.Refused(ids);
        }
    }

    private static async Task CheckpointAsync(FileEventStore store, CrashModel model, string watcher, double place)
    {
        try
        {
            var number = (long)(await store.GetLatestSequenceNumberAsync() * place);
            var attempt = model.SettingCheckpoint(watcher, number);
            await store.StoreCheckpointAsync(watcher, number);
            model.CheckpointSet(watcher, attempt);
        }
        catch (Exception failure) when (failure is CheckpointException or EventStoreClosedException)
        {
            // Whether it is set is not known.
        }
    }

    private static async Task Tolerate(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception failure) when (failure is IOException or EventStoreClosedException)
        {
            // The disk is gone, or the store, and what the call wanted is not needed.
        }
    }
}
