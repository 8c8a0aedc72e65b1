using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventWatcher;

/// <summary>Calls a typed handler, each time in a scope of its own.</summary>
internal sealed class ScopedBatchHandler<THandler>(IServiceScopeFactory scopes, ILogger logger, string queueName)
    where THandler : class, IEventBatchHandler
{
    public async ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask HandleErrorAsync(Exception exception, CancellationToken cancellationToken)
    {
        // The queue has logged a failed flush itself.
        if (exception is not FlushException)
        {
            Log.QueueError(logger, queueName, exception.Message, exception);
        }

        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleErrorAsync(exception, cancellationToken).ConfigureAwait(false);
        }
    }
}
