namespace EventWatcher.Idle;

/// <summary>Why somebody got no lease.</summary>
public enum IdleRefusalReason
{
    /// <summary>The container could not be started (HTTP: 502).</summary>
    StartFailed = 0,

    /// <summary>Something that the container depends on could not be made ready (502).</summary>
    DependencyFailed,

    /// <summary>There is no such container (502).</summary>
    NotFound,

    /// <summary>It ended before it was ready, twice (502).</summary>
    EndedEarly,

    /// <summary>It was not ready in time, or the request was held for as long as one may be (504).</summary>
    NotReadyInTime,

    /// <summary>Too many wait already (503).</summary>
    TooManyWaiting,

    /// <summary>The watcher is no longer running: the process stops, or the container is no longer managed (503).</summary>
    ShuttingDown,
}
