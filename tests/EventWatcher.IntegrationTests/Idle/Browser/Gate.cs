using EventWatcher.Idle;

namespace EventWatcher.IntegrationTests;

/// <summary>Says when a container is healthy: when the test has seen what comes before.</summary>
internal sealed class Gate
{
    private bool _isOpen;

    public Gate() => Probe = new DelegateHealthProbe((_, _) => ValueTask.FromResult(Volatile.Read(ref _isOpen) ? null : "The test has more to look at."));

    public IHealthProbe Probe { get; }

    public void Open() => Volatile.Write(ref _isOpen, true);

    public void Shut() => Volatile.Write(ref _isOpen, false);
}
