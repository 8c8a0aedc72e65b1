using System.Diagnostics;
using System.Globalization;

namespace EventWatcher.Store.Tests;

public sealed class StoreLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_while_it_is_open_is_refused_with_the_holder()
    {
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path));

        var refused = Assert.Throws<EventStoreException>(() => FileEventStore.Open(FileStores.Options(_directory.Path)));

        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Environment.MachineName, refused.Message, StringComparison.Ordinal);
        await store.AppendAsync(1);
    }

    [Fact]
    public async Task Open_after_close_is_allowed_and_nothing_tells_of_a_holder()
    {
        await using (FileEventStore.Open(FileStores.Options(_directory.Path)))
        {
            Assert.NotNull(StoreLock.Holder(_directory.Path));
        }

        Assert.Null(StoreLock.Holder(_directory.Path));
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path));
    }

    [Fact]
    public void Open_while_another_process_has_it_is_refused_with_that_process()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // flock(1) holds the lock as another process of ours would.
        File.WriteAllText(_directory["lock"], "");
        using var holder = Process.Start(new ProcessStartInfo("flock", [_directory["lock"], "sh", "-c", "echo locked; read _"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("locked", holder.StandardOutput.ReadLine());
        File.WriteAllText(_directory["lock.info"], string.Create(CultureInfo.InvariantCulture, $"process {holder.Id} on elsewhere\n"));

        var refused = Assert.Throws<EventStoreException>(() => FileEventStore.Open(FileStores.Options(_directory.Path)));

        Assert.Contains($"process {holder.Id} on elsewhere", refused.Message, StringComparison.Ordinal);
        holder.StandardInput.Close();
        holder.WaitForExit();
    }

    [Fact]
    public async Task Open_that_fails_lets_go_of_the_lock()
    {
        await using (var store = FileEventStore.Open(FileStores.Options(_directory.Path)))
        {
            await store.AppendAsync(1);
        }

        var journal = _directory[CheckpointJournal.FileName];
        var bytes = File.ReadAllBytes(journal);
        File.WriteAllBytes(journal, new byte[10]);
        _ = Assert.Throws<EventStoreDamagedException>(() => FileEventStore.Open(FileStores.Options(_directory.Path)));
        File.WriteAllBytes(journal, bytes);

        await using var again = FileEventStore.Open(FileStores.Options(_directory.Path));
    }

    [Fact]
    public async Task Open_read_only_needs_no_lock_and_changes_nothing()
    {
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path));
        await store.AppendAsync(3);
        await store.StoreCheckpointAsync("watcher", 2);
        var options = FileStores.Options(_directory.Path);
        options.IsReadOnly = true;
        var before = Directory.GetFiles(_directory.Path).Order(StringComparer.Ordinal).ToArray();

        await using var reader = FileEventStore.Open(options);

        Assert.Equal(["1", "2", "3"], (await reader.ReadAllAsync()).Select(FileStores.Text));
        Assert.Equal(2, await reader.GetCheckpointAsync("watcher"));
        Assert.Equal(["watcher"], (await reader.ListCheckpointsAsync()).Select(static checkpoint => checkpoint.WatcherId));
        _ = await Assert.ThrowsAsync<EventStoreException>(async () => await reader.StoreEventAsync(FileStores.Event("4")));
        _ = await Assert.ThrowsAsync<EventStoreException>(async () => await reader.StoreCheckpointAsync("watcher", 3));
        _ = await Assert.ThrowsAsync<EventStoreException>(async () => await reader.CollectAsync());
        _ = await reader.VerifyAsync();
        Assert.Equal(before, Directory.GetFiles(_directory.Path).Order(StringComparer.Ordinal));
        await store.AppendAsync(1);
    }

    [Fact]
    public void Open_read_only_where_there_is_no_store_says_so_and_makes_none()
    {
        var options = FileStores.Options(_directory["missing"]);
        options.IsReadOnly = true;

        var refused = Assert.Throws<EventStoreException>(() => FileEventStore.Open(options));

        Assert.Contains("no event store", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["missing"]));
    }
}
