namespace EventWatcher.Idle.AspNetCore;

/// <summary>What a loading page shows.</summary>
public sealed record LoadingPage
{
    /// <summary>Gets the container's name. Not escaped.</summary>
    public required string Container { get; init; }

    /// <summary>Gets what the container needs, and the container itself as the last, each with whether it is there.</summary>
    public required IReadOnlyList<LoadingStep> Steps { get; init; }

    /// <summary>Gets how long the wake has been under way.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Gets how long wakes took lately; null where that is not known.</summary>
    public TimeSpan? Expected { get; init; }

    /// <summary>Gets why the wake failed, in words for strangers; null where it has not.</summary>
    public string? Error { get; init; }

    /// <summary>Gets where progress is read as server-sent events; null where <c>MapIdle</c> was not called.</summary>
    public string? EventsPath { get; init; }

    /// <summary>Gets where another try leads to.</summary>
    public required string RetryPath { get; init; }

    /// <summary>Gets after what time the page is to be asked for again where there is no JavaScript; null after a failure.</summary>
    public TimeSpan? RefreshAfter { get; init; }

    /// <summary>Gets the nonce without which the page's policy lets neither style nor script through.</summary>
    public required string Nonce { get; init; }
}
