using Microsoft.Extensions.Options;

namespace EventWatcher.Store.Tests;

public sealed class FileEventStoreOptionsTests
{
    [Fact]
    public void Open_with_everything_wrong_names_everything_at_once()
    {
        var options = new FileEventStoreOptions
        {
            Path = " ",
            Durability = (EventStoreDurability)9,
            FlushInterval = TimeSpan.Zero,
            SegmentBytes = 1,
            MaxEventBytes = 0,
            MaxPendingBytes = 1,
            CacheBytes = -1,
            LongPollTimeout = TimeSpan.FromDays(2),
            CollectionAge = -TimeSpan.FromSeconds(1),
            CollectionInterval = TimeSpan.Zero,
            MaxBytes = 1,
            MaxAge = -TimeSpan.FromSeconds(1),
        };

        var refused = Assert.Throws<OptionsValidationException>(() => FileEventStore.Open(options));

        foreach (var name in typeof(FileEventStoreOptions).GetProperties().Select(static property => property.Name).Where(static name => name != nameof(FileEventStoreOptions.IsReadOnly)))
        {
            Assert.Single(refused.Failures, failure => failure.StartsWith($"FileEventStoreOptions.{name} is ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Validate_of_the_defaults_with_a_path_succeeds() =>
        Assert.True(FileEventStoreOptionsValidator.Instance.Validate(null, new FileEventStoreOptions { Path = "store" }).Succeeded);

    [Fact]
    public async Task Open_makes_the_directory_with_those_above_it()
    {
        using var directory = new TemporaryDirectory();

        await using var store = FileEventStore.Open(FileStores.Options(Path.Combine(directory.Path, "one", "two")));

        await store.AppendAsync(1);
        Assert.Equal(Path.Combine(directory.Path, "one", "two"), store.Path);
    }
}
