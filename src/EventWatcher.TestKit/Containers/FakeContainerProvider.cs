using System.Globalization;
using System.Net;

namespace EventWatcher.TestKit;

/// <summary>A container runtime in memory, for tests of whatever uses an <see cref="IContainerProvider"/>.</summary>
/// <remarks>
/// It does what every provider promises, at once and on the caller's thread; <see cref="OnCall"/> lets a test delay a
/// call, let it fail, or look at it. What happens to containers is told by events as an engine tells it; events that are
/// to come late are held back by <see cref="HoldEvents"/>. Thread-safe.
/// </remarks>
public sealed partial class FakeContainerProvider : IContainerProvider
{
    private const int IdLength = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeContainer> _containers = new(StringComparer.Ordinal);
    private readonly List<FakeContainerCall> _calls = [];
    private readonly Queue<Event> _held = new();
    private readonly FakeWatcher _watcher;
    private readonly TimeProvider _timeProvider;
    private bool _holdsEvents;
    private int _made;

    /// <summary>Initializes a runtime without containers.</summary>
    /// <param name="timeProvider">The clock that events are stamped by; null for the system's.</param>
    public FakeContainerProvider(TimeProvider? timeProvider = null)
    {
        _timeProvider = timeProvider ?? TimeProvider.System;
        _watcher = new FakeWatcher(EventType.Docker, new WatcherOptions { Name = TestEvents.Source, Capacity = 1_000_000 }, timeProvider);
    }

    /// <summary>Gets or sets whether the runtime can be reached.</summary>
    public bool IsUnreachable { get; set; }

    /// <summary>Gets or sets whether containers can be paused.</summary>
    /// <value>The default is true.</value>
    public bool SupportsPause { get; set; } = true;

    /// <summary>Gets or sets whether containers can be sent signals.</summary>
    /// <value>The default is true.</value>
    public bool SupportsSignals { get; set; } = true;

    /// <summary>Gets or sets where a running container's port is reached; null where containers have no address of their own.</summary>
    /// <value>The default is the same port on loopback.</value>
    public Func<string, int, EndPoint?> Address { get; set; } = static (_, port) => new IPEndPoint(IPAddress.Loopback, port);

    /// <summary>
    /// Gets or sets what is run before a call takes effect: it may wait, and what it throws the call throws. The token is
    /// the caller's.
    /// </summary>
    public Func<FakeContainerCall, CancellationToken, Task>? OnCall { get; set; }

    /// <summary>Gets the watcher of its events, on which a test may emit, fail and interrupt.</summary>
    public FakeWatcher Watcher => _watcher;

    /// <summary>Gets every call so far, in order, when it came; also those that failed.</summary>
    public IReadOnlyList<FakeContainerCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Counts the calls of a method for a container.</summary>
    /// <param name="action">The method.</param>
    /// <param name="name">The container's name; null for all.</param>
    /// <returns>How many there were.</returns>
    public int CountCalls(FakeContainerAction action, string? name = null) =>
        Calls.Count(call => call.Action == action && (name is null || string.Equals(call.Name, name, StringComparison.Ordinal)));

    /// <summary>Makes a container.</summary>
    /// <param name="name">Its name; null for one that nobody has.</param>
    /// <param name="status">Its state.</param>
    /// <param name="labels">Its labels; null for none.</param>
    /// <returns>Its full id.</returns>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public ContainerId Add(string? name = null, ContainerStatus status = ContainerStatus.Stopped, IReadOnlyDictionary<string, string>? labels = null)
    {
        lock (_gate)
        {
            var id = (++_made).ToString("x8", CultureInfo.InvariantCulture).PadRight(IdLength, '0');
            name ??= $"container-{_made}";
            if (Find(name) is not null)
            {
                throw new ArgumentException($"There is a container {name}.", nameof(name));
            }

            var container = new FakeContainer(new ContainerId(id), name, EventAttributes.From(labels)) { Status = status };
            _containers.Add(id, container);
            Tell(container, EventAction.ContainerCreate);
            if (status is ContainerStatus.Running or ContainerStatus.Paused)
            {
                Tell(container, EventAction.ContainerStart);
            }

            return container.Id;
        }
    }

    /// <summary>Removes a container, also one that runs.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string nameOrId)
    {
        lock (_gate)
        {
            if (Find(nameOrId) is not { } container)
            {
                return false;
            }

            if (container.Status is ContainerStatus.Running or ContainerStatus.Paused)
            {
                Tell(container, EventAction.ContainerKill, ("signal", "9"));
                Tell(container, EventAction.ContainerDie, ("exitCode", "137"));
            }

            _containers.Remove(container.Id.Value);
            Tell(container, EventAction.ContainerDestroy);
            return true;
        }
    }

    /// <summary>Gives a container another name.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="newName">Its new name.</param>
    public void Rename(string nameOrId, string newName)
    {
        lock (_gate)
        {
            var container = Known(nameOrId);
            var before = container.Name;
            container.Name = newName;
            Tell(container, EventAction.ContainerRename, ("oldName", "/" + before));
        }
    }

    /// <summary>Lets a container's process end by itself.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="exitCode">Its exit code.</param>
    public void End(string nameOrId, int exitCode = 0)
    {
        lock (_gate)
        {
            var container = Known(nameOrId);
            container.Status = ContainerStatus.Stopped;
            Tell(container, EventAction.ContainerDie, ("exitCode", exitCode.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Lets a container's own health check speak.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="isHealthy">What it says.</param>
    public void SetHealth(string nameOrId, bool isHealthy)
    {
        lock (_gate)
        {
            Tell(Known(nameOrId), isHealthy ? EventAction.ContainerHealthy : EventAction.ContainerUnhealthy);
        }
    }

    /// <summary>Puts a container into a state without a word.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="status">The state.</param>
    public void SetStatus(string nameOrId, ContainerStatus status)
    {
        lock (_gate)
        {
            Known(nameOrId).Status = status;
        }
    }

    /// <summary>Returns a container's state, without a call being counted.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <returns>The state.</returns>
    public ContainerStatus StatusOf(string nameOrId)
    {
        lock (_gate)
        {
            return Find(nameOrId)?.Status ?? ContainerStatus.Missing;
        }
    }

    /// <summary>Holds events back from now on.</summary>
    public void HoldEvents()
    {
        lock (_gate)
        {
            _holdsEvents = true;
        }
    }

    /// <summary>Lets the events go that were held back.</summary>
    /// <param name="discard">Whether they are lost instead.</param>
    public void ReleaseEvents(bool discard = false)
    {
        lock (_gate)
        {
            _holdsEvents = false;
            while (_held.TryDequeue(out var item))
            {
                if (!discard)
                {
                    _watcher.Emit(item);
                }
            }
        }
    }

    private FakeContainer? Find(string nameOrId) => _containers.GetValueOrDefault(nameOrId)
        ?? _containers.Values.FirstOrDefault(container => string.Equals(container.Name, nameOrId, StringComparison.Ordinal));

    private FakeContainer Known(string nameOrId) =>
        Find(nameOrId) ?? throw new ArgumentException($"There is no container {nameOrId}.", nameof(nameOrId));

    private void Tell(FakeContainer container, EventAction action, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        var all = container.Labels;
        foreach (var (key, value) in attributes)
        {
            all = all.With(key, value);
        }

        var item = new Event
        {
            Type = EventType.Docker,
            Action = action,
            ActorId = container.Id.Value,
            ActorName = container.Name,
            ActorAttributes = all,
            Timestamp = _timeProvider.GetUtcNow(),
            Source = TestEvents.Source,
        };
        if (_holdsEvents)
        {
            _held.Enqueue(item);
        }
        else
        {
            _watcher.Emit(item);
        }
    }
}
