namespace EventWatcher.TestKit.Tests;

public sealed class FakeWatcherConformanceTests : WatcherConformanceTests
{
    private readonly FakeWatcherSource _source = new(new FakeWatcher());

    protected override IWatcher CreateWatcher() => _source.Watcher;

    protected override Task<ExpectedEvent> CauseEventAsync() => _source.CauseEventAsync();
}

public sealed class FakeWatcherOverflowConformanceTests : WatcherOverflowConformanceTests
{
    private FakeWatcherSource? _source;

    protected override IWatcher CreateWatcher(int capacity)
    {
        _source = new FakeWatcherSource(new FakeWatcher(TestEvents.Type, new WatcherOptions { Name = "fake", Capacity = capacity }));
        return _source.Watcher;
    }

    protected override Task<ExpectedEvent> CauseEventAsync() => _source!.CauseEventAsync();
}

public sealed class FakeWatcherInterruptionConformanceTests : WatcherInterruptionConformanceTests
{
    private readonly FakeWatcherSource _source = new(new FakeWatcher());

    protected override IWatcher CreateWatcher() => _source.Watcher;

    protected override Task<ExpectedEvent> CauseEventAsync() => _source.CauseEventAsync();

    protected override Task InterruptAsync()
    {
        _source.Watcher.SetInterrupted(new IOException("gone"));
        return Task.CompletedTask;
    }

    protected override Task RestoreAsync()
    {
        _source.Watcher.SetReady();
        _source.Watcher.Emit(TestEvents.ForceReload());
        return Task.CompletedTask;
    }
}

internal sealed class FakeWatcherSource(FakeWatcher watcher)
{
    private int _number;

    public FakeWatcher Watcher => watcher;

    public Task<ExpectedEvent> CauseEventAsync()
    {
        var number = Interlocked.Increment(ref _number);
        watcher.EmitNumbered(number, 1);
        return Task.FromResult(new ExpectedEvent(EventAction.Custom(0), $"{number}"));
    }
}
