using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher;

/// <summary>What <c>services.AddEventWatcher()</c> returns: where watchers and queues are added.</summary>
/// <remarks>Packages with watchers of their own extend it. As the service collection, it is for one thread at start-up.</remarks>
public interface IEventWatcherBuilder
{
    /// <summary>Gets the services of the application.</summary>
    IServiceCollection Services { get; }
}
