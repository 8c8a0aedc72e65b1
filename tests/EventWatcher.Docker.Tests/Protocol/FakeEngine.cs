using System.Collections.Concurrent;

namespace EventWatcher.Docker.Tests;

/// <summary>
/// A Docker engine inside the test process: moby's event store, a few stateful containers, and every fault a network,
/// a proxy or the engine itself can have. Listens on a unix socket in a private directory, and on TCP if asked to.
/// Thread-safe.
/// </summary>
internal sealed partial class FakeEngine : IAsyncDisposable
{
    private readonly FakeEngineOptions _options;
    private readonly EventStore _store;
    private readonly FakeRouter _router;
    private readonly Signal _changed = new();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();

    public FakeEngine(FakeEngineOptions? options = null)
    {
        _options = options ?? new FakeEngineOptions();
        Clock = new EngineClock(_options.TimeProvider);
        _store = new EventStore(_options, Faults);
        Containers = new FakeContainers(_options, Clock, EmitAsync);
        _router = new FakeRouter(_options, Clock, Containers, new EventsEndpoint(_options, Clock, _store, Faults, _changed), Faults);
        Directory = System.IO.Directory.CreateTempSubdirectory("fake-engine-").FullName;
        SocketPath = Path.Combine(Directory, "docker.sock");
        StartListening();
    }

    public FakeEngineFaults Faults { get; } = new();

    public FakeContainers Containers { get; }

    public EngineClock Clock { get; }

    /// <summary>A private directory, removed with the engine.</summary>
    public string Directory { get; }

    public string SocketPath { get; }

    /// <summary>unix://…</summary>
    public string Endpoint => "unix://" + SocketPath;

    /// <summary>tcp://127.0.0.1:…; the port stays the same over restarts.</summary>
    public string TcpEndpoint => _tcpPort is { } port ? $"tcp://127.0.0.1:{port}" : throw new InvalidOperationException("The engine has no TCP port.");

    public int TcpPort => _tcpPort ?? throw new InvalidOperationException("The engine has no TCP port.");

    public IReadOnlyList<FakeEvent> Ring => _store.Ring;

    /// <summary>Every request received so far, in order.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Event requests that are subscribed now, bounded reads that wait for a future time included.</summary>
    public int OpenStreams => _store.Streams.Count;

    /// <summary>Events in the fullest stream's buffer.</summary>
    public int BufferedForSlowest => _store.Streams.Select(s => s.Pending).DefaultIfEmpty().Max();

    /// <summary>Events published, EmitMany's included.</summary>
    public long Published => _store.Published;

    /// <summary>Events that some stream did not get as its buffer stayed full for the publish time-out.</summary>
    public long DroppedForSlowReaders => _store.Dropped;

    /// <summary>How long the last publish took, which is by how much it delayed the operation that caused the event.</summary>
    public TimeSpan LastPublishDelay => _store.Delays.Last;

    public TimeSpan LongestPublishDelay => _store.Delays.Longest;

    public Task WaitForStreamsAsync(int count, TimeSpan? deadline = null) =>
        _changed.WaitUntilAsync(() => OpenStreams == count, () => $"{count} open streams (there are {OpenStreams})", deadline);

    /// <summary>Waits until every event published so far was handed to its connection and written (or swallowed).</summary>
    public async Task WaitUntilTakenAsync()
    {
        foreach (var stream in _store.Streams)
        {
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            stream.Force(new StreamItem(default, 0, Separated: false, Passed: passed));
            await Task.WhenAny(passed.Task, stream.Ended).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Waits for the first request that matches, those already received included.</summary>
    public Task<RecordedRequest> WaitForRequestAsync(Func<RecordedRequest, bool> match, TimeSpan? deadline = null) =>
        WaitForRequestAsync(match, 1, deadline);

    /// <summary>Waits until so many requests match and returns the last of them.</summary>
    public async Task<RecordedRequest> WaitForRequestAsync(Func<RecordedRequest, bool> match, int count, TimeSpan? deadline = null)
    {
        await _changed.WaitUntilAsync(
            () => _requests.Count(match) >= count,
            () => $"{count} matching requests among: {string.Join(", ", _requests)}",
            deadline);
        return _requests.Where(match).ElementAt(count - 1);
    }

    /// <summary>Closes everything and waits for every task.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
