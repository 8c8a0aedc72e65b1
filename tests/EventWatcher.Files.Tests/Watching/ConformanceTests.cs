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
    private readonly TempFolder _folder = new();
    private FileWatcher? _watcher;

    public void Dispose() => _folder.Dispose();

    protected override IWatcher CreateWatcher() => _watcher = new FileWatcher(_folder["file"]);

    /// <summary>Another event each time, reported before the next: what comes within the settle time is one event.</summary>
    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        if (File.Exists(_folder["file"]))
        {
            File.Delete(_folder["file"]);
        }
        else
        {
            _folder.Write("file", "1");
        }

        await _watcher!.FlushAsync();
        return new ExpectedEvent(File.Exists(_folder["file"]) ? EventAction.FileCreated : EventAction.FileDeleted, "file");
    }
}

public sealed class ConfigFileWatcherConformanceTests : WatcherConformanceTests, IDisposable
{
    private readonly TempFolder _folder = new();
    private ConfigFileWatcher? _watcher;
    private int _count;

    public void Dispose() => _folder.Dispose();

    protected override IWatcher CreateWatcher() => _watcher = new ConfigFileWatcher(_folder["app.yaml"]);

    /// <summary>Reported before the next: what comes within the settle time is one event.</summary>
    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        _folder.Write("app.yaml", "version " + ++_count);
        await _watcher!.FlushAsync();
        return new ExpectedEvent(EventAction.FileWritten, "app.yaml");
    }
}

/// <summary>The source for other systems, which the framework's own watcher lets run here too.</summary>
public sealed class PortableDirectoryWatcherConformanceTests : WatcherConformanceTests, IDisposable
{
    private readonly TempFolder _folder = new();
    private int _count;

    // Each subscription takes an instance of the kernel's notification, of which a user has few.
    protected override int Rounds => 20;

    public void Dispose() => _folder.Dispose();

    protected override IWatcher CreateWatcher() =>
        new DirectoryWatcher(new DirectoryWatcherOptions { Path = _folder.Path, Recursive = true, UsesFrameworkWatcher = true });

    protected override Task<ExpectedEvent> CauseEventAsync()
    {
        _folder.Write($"file{++_count}", "1");
        return Task.FromResult(new ExpectedEvent(EventAction.FileCreated, $"file{_count}"));
    }
}

public sealed class PortableConfigFileWatcherConformanceTests : WatcherConformanceTests, IDisposable
{
    private readonly TempFolder _folder = new();
    private ConfigFileWatcher? _watcher;
    private int _count;

    protected override int Rounds => 20;

    public void Dispose() => _folder.Dispose();

    protected override IWatcher CreateWatcher() =>
        _watcher = new ConfigFileWatcher(new ConfigFileWatcherOptions { Paths = { _folder["app.yaml"] }, UsesFrameworkWatcher = true });

    /// <summary>Reported before the next: what comes within the settle time is one event.</summary>
    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        _folder.Write("app.yaml", "version " + ++_count);
        await _watcher!.FlushAsync();
        return new ExpectedEvent(EventAction.FileWritten, "app.yaml");
    }
}
