namespace EventWatcher.Idle.AspNetCore;

/// <summary>Which container a request was held for; among a request's features once it has waited.</summary>
public interface IIdleContainerFeature
{
    /// <summary>Gets the container's watcher; a lease of it is held for as long as the request lasts.</summary>
    IdleWatcher Watcher { get; }
}
