using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>The power goes at every step in which the journal of checkpoints is written anew, and while what is left is opened.</summary>
public sealed class CompactionCrashTests
{
    private const int StepsCovered = 40;
    private const int AlmostGrown = 920;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Checkpoint_that_was_acknowledged_is_there(int seed)
    {
        for (var step = 0; step < StepsCovered; step++)
        {
            var random = new Random((seed * 1_000) + step);
            var disk = new CrashingDisk(random);
            var id = new string('w', 250);
            var store = FileStores.Open(disk);
            await store.AppendAsync(5);
            for (var i = 0; i < AlmostGrown; i++)
            {
                await store.StoreCheckpointAsync(id, 1);
            }

            disk.CutPowerAfter(step);
            var (told, tried) = (1L, 1L);
            var cut = await Assert.ThrowsAsync<CheckpointException>(async () =>
            {
                for (var i = 0; ; i++)
                {
                    tried = i % 5;
                    await store.StoreCheckpointAsync(id, tried);
                    told = tried;
                }
            });
            Assert.NotNull(cut.InnerException);
            disk.LosePower();
            await Eventually.EndsAsync(store.CloseAsync());
            await CrashWhileOpeningAsync(disk, random);

            await using var again = FileStores.Open(disk);
            var found = await again.GetCheckpointAsync(id);
            Assert.True(found == told || found == tried, $"seed {seed}, step {step}: told {told}, tried {tried}, found {found}");
            Assert.Equal(5, (await again.ReadAllAsync()).Count);
        }
    }

    private static async Task CrashWhileOpeningAsync(CrashingDisk disk, Random random)
    {
        for (var times = 0; times < 3; times++)
        {
            var storage = disk.NewProcess();
            disk.CutPowerAfter(random.Next(1, 25));
            try
            {
                var store = FileEventStore.Open(storage, storeLock: null, FileStores.Options(storage.Name), serializer: null, timeProvider: null, logger: null);
                await Eventually.EndsAsync(store.CloseAsync());
            }
            catch (PowerCutException)
            {
                // As it should be.
            }

            disk.LosePower();
        }
    }
}
