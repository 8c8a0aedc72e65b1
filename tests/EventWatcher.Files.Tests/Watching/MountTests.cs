using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

/// <summary>Bind mounts, where this machine lets us make them.</summary>
[Collection(nameof(KernelCollection))]
public sealed class MountTests
{
    [SkippableFact]
    public async Task Mount_over_a_watched_directory_is_another_directory()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("watched");
        folder.Write("watched/below", "1");
        folder.MakeDirectory("other");
        folder.Write("other/above", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder["watched"]));

        using (new BindMount(folder["other"], folder["watched"]))
        {
            await recorder.UntilCountAsync(2);
            folder.Write("other/new", "1");
            await recorder.UntilCountAsync(3);
        }

        await recorder.UntilCountAsync(6);
        Assert.Equal(
            ["created above", "created below", "created new", "deleted above", "deleted below", "deleted new"],
            recorder.Words.Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("real/watched")]
    [InlineData("real/watched/sub")]
    public async Task Mount_is_seen_where_the_root_is_reached_by_a_link(string place)
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("real/watched/sub");
        folder.MakeDirectory("other");
        folder.Write("other/above", "1");
        Directory.CreateSymbolicLink(folder["link"], "real");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder["link/watched"], recursive: true));

        using (new BindMount(folder["other"], folder[place]))
        {
            await recorder.UntilAsync(static words => words.Any(static word => word.EndsWith("above", StringComparison.Ordinal)));
            folder.Write("other/new", "1");
            await recorder.UntilAsync(static words => words.Any(static word => word.EndsWith("new", StringComparison.Ordinal)));
        }
    }

    [SkippableFact]
    public async Task Mount_over_what_a_link_of_the_directory_leads_to_is_a_write()
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir -p watched data other; echo 1 > data/f; echo 22 > other/f; ln -s ../data/f watched/link", folder.Path);
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder["watched"]));

        using (new BindMount(folder["other"], folder["data"]))
        {
            await recorder.UntilCountAsync(1);
            folder.Write("other/f", "333");
            await recorder.UntilCountAsync(2);
        }

        await recorder.UntilCountAsync(3);
        Assert.Equal(Enumerable.Repeat("written link", 3), recorder.Words);
    }

    [SkippableFact]
    public async Task One_directory_at_two_places_of_a_tree_is_reported_at_both()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("a");
        folder.MakeDirectory("b");
        using var mount = new BindMount(folder["a"], folder["b"]);
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        folder.Write("a/file", "1");
        await recorder.FlushAsync();

        Assert.Equal(["created a/file", "created b/file"], recorder.Words.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task File_mounted_on_its_own_is_watched_by_its_inode()
    {
        using var folder = new TempFolder();
        using var host = new TempFolder();
        host.Write("app.yaml", "1");
        var file = folder.Write("app.yaml", "");
        using var mount = new BindMount(host["app.yaml"], file);
        await using var recorder = await Recorder.StartAsync(new ConfigFileWatcher(file));

        host.Write("app.yaml", "22");
        await recorder.UntilCountAsync(1);

        Assert.Equal(["written app.yaml"], recorder.Words);
    }

    private sealed class BindMount : IDisposable
    {
        private readonly string _target;

        public BindMount(string source, string target)
        {
            _target = target;
            try
            {
                Shell.Run($"mount --bind '{source}' '{target}'");
            }
            catch (InvalidOperationException exception)
            {
                throw new SkipException(exception.Message, exception);
            }
        }

        public void Dispose() => Shell.Run($"umount '{_target}'");
    }
}
