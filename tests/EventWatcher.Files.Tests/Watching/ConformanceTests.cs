using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

public sealed class DirectoryWatcherConformanceTests : WatcherConformanceTests, IDisposable
{
    private readonly TempFolder _folder = new();
    private int _count;

    public void Dispose() => _folder.Dispose();

    protected override IWatcher CreateWatcher() => new DirectoryWatcher(_folder.Path, recursive: true);

    protected override Task<ExpectedEvent> CauseEventAsync()
    {
        _folder.Write($"file{++_count}", "1");
        return Task.FromResult(new ExpectedEvent(EventAction.FileCreated, $"file{_count}"));
    }
}

public sealed class FileWatcherConformanceTests : WatcherConformanceTests, IDisposable
{
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(20);

    private readonly TempFolder _folder = new();
    private int _count;

    public void Dispose() => _folder.Dispose();

    protected override IWatcher CreateWatcher() => new FileWatcher(new FileWatcherOptions { Path = _folder["file"], SettleTime = Settled });

    /// <summary>Another event each time, further apart than the settle time: what comes within it is one event.</summary>
    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        _count++;
        if (File.Exists(_folder["file"]))
        {
            File.Delete(_folder["file"]);
        }
        else
        {
            _folder.Write("file", "1");
        }

        await Task.Delay(Settled * 6);
        return new ExpectedEvent(File.Exists(_folder["file"]) ? EventAction.FileCreated : EventAction.FileDeleted, "file");
    }
}

public sealed class ConfigFileWatcherConformanceTests : WatcherConformanceTests, IDisposable
{
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(20);

    private readonly TempFolder _folder = new();
    private int _count;

    public void Dispose() => _folder.Dispose();

    protected override IWatcher CreateWatcher() => new ConfigFileWatcher(new ConfigFileWatcherOptions { Paths = { _folder["app.yaml"] }, SettleTime = Settled });

    /// <summary>Further apart than the settle time: what comes within it is one event.</summary>
    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        _folder.Write("app.yaml", "version " + ++_count);
        await Task.Delay(Settled * 6);
        return new ExpectedEvent(EventAction.FileWritten, "app.yaml");
    }
}
