using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Store;

/// <summary>Calls a typed handler, each time in a scope of its own.</summary>
internal sealed class ScopedStoredEventHandler<THandler>(IServiceScopeFactory scopes) : IStoredEventHandler
    where THandler : class, IStoredEventHandler
{
    public async ValueTask HandleAsync(StoredEvent storedEvent, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(storedEvent, cancellationToken).ConfigureAwait(false);
        }
    }
}
