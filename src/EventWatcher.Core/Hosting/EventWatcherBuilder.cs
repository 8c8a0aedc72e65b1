using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher;

internal sealed class EventWatcherBuilder(IServiceCollection services) : IEventWatcherBuilder
{
    public IServiceCollection Services { get; } = services;
}
