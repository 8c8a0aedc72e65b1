namespace EventWatcher.Files.Tests;

/// <summary>The source for other systems, which the framework's own watcher lets run here too.</summary>
public sealed class PortableSourceTests
{
    [Fact]
    public async Task Add_tells_what_happens_by_the_same_signals()
    {
        using var folder = new TempFolder();
        using var source = new PortableSource();
        var target = new Target();
        Assert.True(source.Add(folder.Path, FileSignals.Contents, target, 5) > 0);
        Assert.True(source.Add(folder["missing"], FileSignals.Contents, target, 6) < 0);

        folder.Write("a", "1");
        await target.UntilAsync(static seen => seen.Contains("Create a") && seen.Contains("CloseWrite a"));
        File.Move(folder["a"], folder["b"]);
        await target.UntilAsync(static seen => seen.Contains("MovedFrom a") && seen.Contains("MovedTo b"));
        File.Delete(folder["b"]);
        await target.UntilAsync(static seen => seen.Contains("Delete b"));
    }

    [Fact]
    public void Leave_takes_the_target_from_everything()
    {
        using var folder = new TempFolder();
        using var source = new PortableSource();
        var target = new Target();
        var watch = source.Add(folder.Path, FileSignals.Contents, target, 5);
        Assert.Equal(watch, source.Add(folder.Path, FileSignals.Contents, target, 6));

        source.Remove(watch, target, 5);
        source.Leave(target);

        Assert.NotEqual(watch, source.Add(folder.Path, FileSignals.Contents, target, 7));
    }

    private sealed class Target : IFileEventTarget
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public bool IsUrgent => false;

        public Task UntilAsync(Func<HashSet<string>, bool> condition) => TestKit.Eventually.TrueAsync(() =>
        {
            lock (_seen)
            {
                return condition(_seen);
            }
        });

        public void OnSignal(int watch, int token, FileSignals signals, uint cookie, ReadOnlySpan<byte> name)
        {
            lock (_seen)
            {
                _seen.Add($"{signals} {PathBytes.ToText(name)}");
            }
        }

        public void OnOverflow()
        {
        }

        public void OnMountsChanged(IReadOnlyList<string> mountPoints)
        {
        }

        public void OnBarrier(TaskCompletionSource barrier) => barrier.SetResult();
    }
}
